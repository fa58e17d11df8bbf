-- Roles of the "@{own.what}" "@{own.identifier}".
# {% if not own.is_migrated %}
-- None of them changes tables: the master user alone may, until an entry has `access: owner` or a job `access: migrate`.
-- What it makes belongs to it, unless it says so in the same transaction: SET LOCAL ROLE "@{own.owner}";
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
--   envsubst "@{own.passwords}" < FILE | psql "@{own.connection}" -v ON_ERROR_STOP=1
# {% else %}
-- Run this as the master user after "@{own.first_run}", and again when a plan shows a user that comes or changes:
--
--   psql "@{own.connection}" -v ON_ERROR_STOP=1 -f FILE
# {% endif %}
# {% if not database.data_api %}
-- AWS has global-bundle.pem, whom to trust, at https://truststore.pki.rds.amazonaws.com/global/global-bundle.pem.
# {% endif %}

DO $$
DECLARE
  wanted text;
BEGIN
  FOREACH wanted IN ARRAY ARRAY["@{own.all_roles}"] LOOP
    IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = wanted) THEN
      EXECUTE format('CREATE ROLE %I', wanted);
    END IF;
  END LOOP;
END
$$;

# {% for extension in own.extensions %}
CREATE EXTENSION IF NOT EXISTS "@{extension}";
# {% endfor %}
# {% if own.extensions %}

# {% endif %}
-- What may be done, without who does it. Tables belong to one role, and the others get what they need of whatever it makes.
-- The same for what the master user makes, who runs this; migrations change that only after ALTER TABLE ... OWNER TO "@{own.owner}".
GRANT "@{own.owner}" TO CURRENT_USER;
REVOKE ALL ON DATABASE "@{own.inner}" FROM PUBLIC;
GRANT CONNECT ON DATABASE "@{own.inner}" TO "@{own.can_read}", "@{own.can_write}", "@{own.owner}";
GRANT CREATE, TEMPORARY ON DATABASE "@{own.inner}" TO "@{own.owner}";

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO "@{own.can_read}", "@{own.can_write}";
GRANT USAGE, CREATE ON SCHEMA public TO "@{own.owner}";
ALTER DEFAULT PRIVILEGES FOR ROLE "@{own.owner}", CURRENT_USER GRANT USAGE ON SCHEMAS TO "@{own.can_read}", "@{own.can_write}";
ALTER DEFAULT PRIVILEGES FOR ROLE "@{own.owner}", CURRENT_USER GRANT SELECT ON TABLES TO "@{own.can_read}";
ALTER DEFAULT PRIVILEGES FOR ROLE "@{own.owner}", CURRENT_USER GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO "@{own.can_write}";
ALTER DEFAULT PRIVILEGES FOR ROLE "@{own.owner}", CURRENT_USER GRANT USAGE, SELECT ON SEQUENCES TO "@{own.can_write}";
ALTER DEFAULT PRIVILEGES FOR ROLE "@{own.owner}", CURRENT_USER GRANT SELECT ON SEQUENCES TO "@{own.can_read}";

# {% for schema in own.schemas %}
# {% if loop.first %}
-- A schema for each tenant. Nobody searches them: statements name theirs, as in "@{schema}".orders.
# {% endif %}
CREATE SCHEMA IF NOT EXISTS "@{schema}" AUTHORIZATION "@{own.owner}";
GRANT USAGE ON SCHEMA "@{schema}" TO "@{own.can_read}", "@{own.can_write}";
# {% if loop.last %}

# {% endif %}
# {% endfor %}
# {% for index in own.indexes %}
-- An index of each tenant's table "@{index.table}", where that is there: a migration makes it, and this file is run again afterwards.
DO $$
DECLARE
  tenant text;
BEGIN
  FOREACH tenant IN ARRAY ARRAY["@{own.schema_texts}"] LOOP
    IF to_regclass(format('%I.%I', tenant, '"@{index.table}"')) IS NOT NULL THEN
      EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I.%I ("@{index.columns}")', '"@{index.name}"', tenant, '"@{index.table}"');
    END IF;
  END LOOP;
END
$$;

# {% endfor %}
# {% for login in own.logins %}
# {% if login.migrates %}
-- Who changes tables: "@{login.whose}". It logs in "@{own.ways_in[login.name]}".
# {% else %}
-- "@{login.whose}". It logs in "@{own.ways_in[login.name]}".
# {% endif %}
# {% if login.has_password %}
ALTER ROLE "@{login.role}" LOGIN PASSWORD "@{login.password}";
REVOKE rds_iam FROM "@{login.role}";
# {% else %}
ALTER ROLE "@{login.role}" LOGIN;
GRANT rds_iam TO "@{login.role}";
# {% endif %}
# {% if login.is_owner %}
GRANT "@{own.owner}" TO "@{login.role}";
ALTER ROLE "@{login.role}" IN DATABASE "@{own.inner}" SET role TO "@{own.owner}";
# {% else %}
GRANT "@{own.rights[login.name]}" TO "@{login.role}";
REVOKE "@{own.wrongs[login.name]}" FROM "@{login.role}";
ALTER ROLE "@{login.role}" IN DATABASE "@{own.inner}" RESET role;
# {% endif %}
# {% if not loop.last %}

# {% endif %}
# {% endfor %}
