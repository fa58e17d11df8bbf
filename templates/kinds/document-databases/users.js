// Users of the cluster "@{own.identifier}".
// Run this as the master user after the first apply, and again when a plan shows a user that comes or changes, or a new password was drawn:
//
# {% for user in own.logins %}
//   export "@{user.shell_variable}"=...   # field `password` of the secret "@{own.secret_names[user.name]}"
# {% endfor %}
//   mongosh --tls --tlsCAFile global-bundle.pem --retryWrites=false --host CLUSTER --username USER --file FILE
// AWS has global-bundle.pem, whom to trust, at https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem.

const wanted = [
# {% for user in own.logins %}
  // "@{user.whose}"
  { user: "@{user.name}", pwd: process.env."@{user.shell_variable}", roles: [{ role: "@{own.roles[user.name]}", db: "@{own.database_name}" }] },
# {% endfor %}
];

// Users are of the whole cluster; their roles are of one database.
const cluster = db.getSiblingDB("admin");
for (const { user, ...what } of wanted) {
  if (!what.pwd) throw new Error(`the variable with the password of ${user} is empty`);
  if (cluster.getUser(user)) {
    cluster.updateUser(user, what);
  } else {
    cluster.createUser({ user, ...what });
  }
}
