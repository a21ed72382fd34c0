-- What the collection uses of Redshift and PostgreSQL lacks, as objects of the attached database.
-- Only columns with a meaning here are there; times are real, not simulated.

-- In Redshift everybody may create objects in the schema public; PostgreSQL 15 has ended that.
GRANT CREATE, USAGE ON SCHEMA public TO PUBLIC;

-- The log of connections is the server's own: one JSON object a line. Connections over the socket are the emulator's.
CREATE FUNCTION pg_catalog.emulator_connections() RETURNS SETOF jsonb
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS $$
    SELECT line::jsonb
    FROM regexp_split_to_table(pg_read_file('@LOG@'), E'\n') AS line
    WHERE line LIKE '{%}' AND line::jsonb ->> 'remote_host' IS DISTINCT FROM '[local]'
$$;

CREATE VIEW pg_catalog.sys_connection_log AS
SELECT
    event::varchar(50),
    (entry ->> 'timestamp')::timestamp AS record_time,
    entry ->> 'remote_host' AS remote_host,
    entry ->> 'remote_port' AS remote_port,
    (entry ->> 'pid')::integer AS session_id,
    entry ->> 'dbname' AS database_name,
    entry ->> 'user' AS user_name,
    'password'::varchar(32) AS auth_method,
    extract(epoch FROM substring(message FROM 'session time: ([0-9:.]+)')::interval)::bigint * 1000000 AS duration,
    coalesce(max(substring(message FROM 'protocol=([^,]+),')) OVER session, plaintext) AS ssl_version,
    coalesce(max(substring(message FROM 'cipher=([^,]+),')) OVER session, plaintext) AS ssl_cipher,
    coalesce(max(substring(message FROM 'application_name=(.*?)(?: SSL enabled|$)')) OVER session, '') AS application_name
FROM
    pg_catalog.emulator_connections() AS entry,
    LATERAL (SELECT entry ->> 'message' AS message) AS said,
    LATERAL (
        SELECT unnest(CASE
            WHEN message LIKE 'connection authorized:%' THEN '{authenticated,initiating session}'
            WHEN message LIKE 'disconnection:%' THEN '{disconnecting session}'
            WHEN entry ->> 'state_code' IN ('28000', '28P01') THEN '{authentication failure}'
        END::text[]) AS event
    ) AS meant,
    -- Blank for what is known to be without SSL; of a wrong password PostgreSQL does not say how it came: null.
    LATERAL (SELECT CASE WHEN message NOT LIKE 'password authentication failed%' THEN '' END AS plaintext) AS known
WINDOW session AS (PARTITION BY entry ->> 'session_id');

-- The same under the names and columns of provisioned clusters.
CREATE VIEW pg_catalog.stl_connection_log AS
SELECT
    event,
    record_time AS recordtime,
    remote_host AS remotehost,
    remote_port AS remoteport,
    session_id AS pid,
    database_name AS dbname,
    user_name AS username,
    auth_method AS authmethod,
    duration,
    ssl_version AS sslversion,
    ssl_cipher AS sslcipher,
    application_name
FROM pg_catalog.sys_connection_log;

-- Dates as Redshift counts them; the part is quoted on the way here (sql_text.py), PostgreSQL takes it for a column.
CREATE FUNCTION pg_catalog.getdate() RETURNS timestamp LANGUAGE sql STABLE
AS 'SELECT statement_timestamp()::timestamp(0)';

CREATE FUNCTION pg_catalog.dateadd(part text, amount integer, moment timestamp) RETURNS timestamp LANGUAGE sql IMMUTABLE
AS 'SELECT moment + (amount || part)::interval';

-- A role of Redshift is a role that cannot log in.
CREATE VIEW pg_catalog.svv_roles AS
SELECT role.oid::integer AS role_id, role.rolname::text AS role_name, 'rdsdb'::text AS role_owner, NULL::text AS external_id
FROM pg_roles AS role
WHERE NOT role.rolcanlogin AND role.rolname !~ '^pg_';

CREATE VIEW pg_catalog.svv_user_grants AS
SELECT
    member.oid::integer AS user_id,
    member.rolname::text AS user_name,
    role.role_id,
    role.role_name,
    link.admin_option
FROM pg_auth_members AS link
JOIN pg_roles AS member ON member.oid = link.member AND member.rolcanlogin
JOIN svv_roles AS role ON role.role_id = link.roleid::integer;

CREATE VIEW pg_catalog.svv_role_grants AS
SELECT
    member.role_id,
    member.role_name,
    role.role_id AS granted_role_id,
    role.role_name AS granted_role_name
FROM pg_auth_members AS link
JOIN svv_roles AS member ON member.role_id = link.member::integer
JOIN svv_roles AS role ON role.role_id = link.roleid::integer;

-- Privileges as they are in the access control lists; PostgreSQL's own owners and PUBLIC are no roles.
CREATE VIEW pg_catalog.svv_database_privileges AS
SELECT datname::text AS database_name, replace(acl.privilege_type, 'TEMPORARY', 'TEMP') AS privilege_type,
    role.role_id AS identity_id, role.role_name AS identity_name, 'role'::text AS identity_type,
    acl.is_grantable AS admin_option, 'DATABASE'::text AS privilege_scope
FROM pg_database, aclexplode(datacl) AS acl
JOIN svv_roles AS role ON role.role_id = acl.grantee::integer;

CREATE VIEW pg_catalog.svv_schema_privileges AS
SELECT nspname::text AS namespace_name, acl.privilege_type,
    role.role_id AS identity_id, role.role_name AS identity_name, 'role'::text AS identity_type,
    acl.is_grantable AS admin_option, 'SCHEMA'::text AS privilege_scope
FROM pg_namespace, aclexplode(nspacl) AS acl
JOIN svv_roles AS role ON role.role_id = acl.grantee::integer;

CREATE VIEW pg_catalog.svv_relation_privileges AS
SELECT nspname::text AS namespace_name, relname::text AS relation_name, acl.privilege_type,
    role.role_id AS identity_id, role.role_name AS identity_name, 'role'::text AS identity_type,
    acl.is_grantable AS admin_option
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace, aclexplode(relacl) AS acl
JOIN svv_roles AS role ON role.role_id = acl.grantee::integer;

CREATE VIEW pg_catalog.svv_all_schemas AS
SELECT current_database()::text AS database_name, nspname::text AS schema_name, nspowner::integer AS schema_owner,
    'local'::text AS schema_type
FROM pg_namespace
WHERE nspname !~ '^pg_' AND nspname <> 'information_schema';

CREATE VIEW pg_catalog.svv_redshift_tables AS
SELECT current_database()::text AS database_name, nspname::text AS schema_name, relname::text AS table_name,
    CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS table_type
FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind IN ('r', 'p', 'v') AND nspname !~ '^pg_' AND nspname <> 'information_schema';

GRANT SELECT ON
    pg_catalog.sys_connection_log, pg_catalog.stl_connection_log, pg_catalog.svv_roles,
    pg_catalog.svv_user_grants, pg_catalog.svv_role_grants, pg_catalog.svv_database_privileges,
    pg_catalog.svv_schema_privileges, pg_catalog.svv_relation_privileges, pg_catalog.svv_all_schemas,
    pg_catalog.svv_redshift_tables
TO PUBLIC;
