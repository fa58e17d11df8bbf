-- Users of the "@{own.what}" "@{own.identifier}".
# {% if not own.is_migrated %}
-- None of them changes tables: the master user alone may, until an entry has `access: owner` or a job `access: migrate`.
# {% endif %}
# {% if database.data_api %}
-- `infragen apply` runs this through the RDS Data API as soon as the cluster runs, and again when it changes.
# {% if own.has_passwords %}
-- "@{own.password_variables}" in it: field `password` of a secret, read at that moment.
# {% endif %}
# {% elif own.has_passwords %}
-- Run this as the master user after "@{own.first_run}", and again when a plan shows a user that comes or changes, or a new password was drawn:
--
# {% for login in own.logins_with_passwords %}
--   export "@{login.shell_variable}"=...   # field `password` of the secret "@{own.secret_names[login.name]}"; letters and digits
# {% endfor %}
--   envsubst "@{own.passwords}" < FILE | mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h "@{own.host}" -u USER -p
--
-- The audit log masks passwords in these statements and in no others: hand them over in no variable of MySQL's.
# {% else %}
-- Run this as the master user after "@{own.first_run}", and again when a plan shows a user that comes or changes:
--
--   mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h "@{own.host}" -u USER -p < FILE
# {% endif %}
# {% if not database.data_api %}
-- AWS has global-bundle.pem, whom to trust, at https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem.
# {% endif %}

# {% for login in own.logins %}
# {% if login.migrates %}
-- Who changes tables: "@{login.whose}". It logs in "@{own.ways_in[login.name]}".
# {% elif own.is_shared %}
-- "@{login.whose}". It logs in "@{own.ways_in[login.name]}".
# {% else %}
-- The service. Its tasks log in "@{own.way_of_tasks}".
# {% endif %}
# {% if login.has_password %}
CREATE USER IF NOT EXISTS "@{login.name}"@'%' IDENTIFIED BY "@{login.password}" REQUIRE SSL;
ALTER USER "@{login.name}"@'%' IDENTIFIED BY "@{login.password}" REQUIRE SSL;
# {% else %}
CREATE USER IF NOT EXISTS "@{login.name}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
ALTER USER "@{login.name}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
# {% endif %}
GRANT "@{own.privileges[login.name]}" ON "@{own.tables}" TO "@{login.name}"@'%';
# {% if login.name in own.others %}
REVOKE "@{own.others[login.name]}" ON "@{own.tables}" FROM "@{login.name}"@'%';
# {% endif %}
# {% if not loop.last %}

# {% endif %}
# {% endfor %}
