-- Users of the cluster "@{own.identifier}".
# {% if database.proxy %}
-- Run this as the master user after the first apply, and again whenever a new password was drawn:
--
--   export APPLICATION_PASSWORD=...   # field `password` of the secret "@{own.secret_name}"; letters and digits
--   envsubst '$APPLICATION_PASSWORD' < FILE | mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h CLUSTER -u USER -p
--
-- The audit log masks passwords in these statements and in no others: hand them over in no variable of MySQL's.

-- The service. Its tasks log in to the proxy with a token of their IAM role; the proxy logs in here with its secret.
CREATE USER IF NOT EXISTS "@{own.username}"@'%' IDENTIFIED BY '${APPLICATION_PASSWORD}' REQUIRE SSL;
ALTER USER "@{own.username}"@'%' IDENTIFIED BY '${APPLICATION_PASSWORD}' REQUIRE SSL;
# {% else %}
-- Run this as the master user after the first apply:
--
--   mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h CLUSTER -u USER -p < FILE

-- The service. Its tasks log in with a token of their IAM role.
CREATE USER IF NOT EXISTS "@{own.username}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
ALTER USER "@{own.username}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
# {% endif %}
GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON "@{own.tables}" TO "@{own.username}"@'%';

-- The pipeline that changes tables. It logs in to the cluster itself with a token of its IAM role.
CREATE USER IF NOT EXISTS "@{own.migration_user}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
GRANT ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE VIEW, DELETE, DROP, EXECUTE, INDEX, INSERT, REFERENCES,
  SELECT, SHOW VIEW, TRIGGER, UPDATE ON "@{own.tables}" TO "@{own.migration_user}"@'%';

-- People who look something up. They log in to a reader with a token of their own IAM role.
CREATE USER IF NOT EXISTS "@{own.reader_user}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
GRANT SELECT, SHOW VIEW ON "@{own.tables}" TO "@{own.reader_user}"@'%';
