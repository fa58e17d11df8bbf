-- Users of the "@{own.what}" "@{own.identifier}".
# {% if own.is_run_by_apply %}
-- `infragen apply` runs this through the RDS Data API as soon as the cluster runs, and again when it changes.
# {% if own.has_passwords %}
-- "@{own.password_variables}" in it: field `password` of a secret, read at that moment.
# {% endif %}
# {% elif own.has_passwords %}
-- Run this as the master user after the first apply, and again whenever a new password was drawn:
--
# {% for login in own.logins %}
--   export "@{login.shell_variable}"=...   # field `password` of the secret "@{own.secret_names[login.owner]}"; letters and digits
# {% endfor %}
--   envsubst "@{own.passwords}" < FILE | mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h "@{own.host}" -u USER -p
--
-- The audit log masks passwords in these statements and in no others: hand them over in no variable of MySQL's.
# {% else %}
-- Run this as the master user after the first apply:
--
--   mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h "@{own.host}" -u USER -p < FILE
# {% endif %}

# {% if own.has_passwords %}
# {% for login in own.logins %}
# {% if own.is_shared %}
-- "@{login.whose}". It logs in "@{own.way_in}".
# {% else %}
-- The service. Its tasks log in "@{own.way_of_tasks}".
# {% endif %}
CREATE USER IF NOT EXISTS "@{login.name}"@'%' IDENTIFIED BY "@{login.password}" REQUIRE SSL;
ALTER USER "@{login.name}"@'%' IDENTIFIED BY "@{login.password}" REQUIRE SSL;
"@{own.grants[login.owner]}" ON "@{own.tables}" TO "@{login.name}"@'%';

# {% endfor %}
# {% else %}
# {% for login in own.logins %}
# {% if own.is_shared %}
-- "@{login.whose}". It logs in "@{own.way_in}".
# {% else %}
-- The service. Its tasks log in "@{own.way_of_tasks}".
# {% endif %}
CREATE USER IF NOT EXISTS "@{login.name}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
ALTER USER "@{login.name}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
"@{own.grants[login.owner]}" ON "@{own.tables}" TO "@{login.name}"@'%';

# {% endfor %}
# {% endif %}
-- The pipeline that changes tables. It logs in to the "@{own.what}" itself with a token of its IAM role.
CREATE USER IF NOT EXISTS "@{own.migration_user}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
GRANT ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE VIEW, DELETE, DROP, EXECUTE, INDEX, INSERT, REFERENCES,
  SELECT, SHOW VIEW, TRIGGER, UPDATE ON "@{own.tables}" TO "@{own.migration_user}"@'%';

-- People who look something up. They log in to a reader with a token of their own IAM role.
CREATE USER IF NOT EXISTS "@{own.reader_user}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
GRANT SELECT, SHOW VIEW ON "@{own.tables}" TO "@{own.reader_user}"@'%';
