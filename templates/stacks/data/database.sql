-- Users of the cluster "@{users.cluster_identifier}".
-- Run this as the master user after the first apply, and again whenever a new password was drawn:
--
--   export APPLICATION_PASSWORD=...   # field `password` of the secret "@{users.secret_name}"; letters and digits
--   envsubst '$APPLICATION_PASSWORD' < FILE | mysql --ssl-mode=VERIFY_IDENTITY --ssl-ca=global-bundle.pem -h CLUSTER -u USER -p
--
-- The audit log masks passwords in these statements and in no others: hand them over in no variable of MySQL's.

-- The service. Its tasks log in to the proxy with a token of their IAM role; the proxy logs in here with its secret.
CREATE USER IF NOT EXISTS "@{users.application}"@'%' IDENTIFIED BY '${APPLICATION_PASSWORD}' REQUIRE SSL;
ALTER USER "@{users.application}"@'%' IDENTIFIED BY '${APPLICATION_PASSWORD}' REQUIRE SSL;
GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON "@{users.tables}" TO "@{users.application}"@'%';

-- The pipeline that changes tables. It logs in to the cluster itself with a token of its IAM role.
CREATE USER IF NOT EXISTS "@{users.migration}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
GRANT ALTER, ALTER ROUTINE, CREATE, CREATE ROUTINE, CREATE VIEW, DELETE, DROP, EXECUTE, INDEX, INSERT, REFERENCES,
  SELECT, SHOW VIEW, TRIGGER, UPDATE ON "@{users.tables}" TO "@{users.migration}"@'%';

-- People who look something up. They log in to a reader with a token of their own IAM role.
CREATE USER IF NOT EXISTS "@{users.reader}"@'%' IDENTIFIED WITH AWSAuthenticationPlugin AS 'RDS' REQUIRE SSL;
GRANT SELECT, SHOW VIEW ON "@{users.tables}" TO "@{users.reader}"@'%';
