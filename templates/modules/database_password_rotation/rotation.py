"""Gives a database of Amazon RDS a new master password: Secrets Manager invokes it for each of four steps.

DATABASE is the identifier of an instance or a cluster, KIND which of the two. RDS sets the password, so that this code
connects to no database. Each step may be done twice: Secrets Manager begins anew with the same version where one fails.
"""

import json
import os
import time

import boto3

LENGTH = 40
PAUSE_SECONDS = 5
LEFT_SECONDS = 10
NOT_YET = ("creating", "modifying", "resetting-master-credentials", "starting", "stopped", "stopping")
"""When RDS sets no password, or is about to. It goes on with backups, and for hours with its storage, and sets one."""
"""What a wait leaves of the function's time, so that it can still say why it ends."""


class NotRotatedError(Exception):
    """A step could not be done; the message says why, and holds no password."""


def handler(event, context):
    """Do one step of a rotation, of a version that Secrets Manager named."""
    steps = {
        "createSecret": create,
        "setSecret": set_password,
        "testSecret": lambda _secret, _version: settled(context),
        "finishSecret": finish,
    }
    secret, version = event["SecretId"], event["ClientRequestToken"]
    stages = described(secret).get(version, [])
    if "AWSCURRENT" in stages:
        return  # it was done
    if "AWSPENDING" not in stages:
        raise NotRotatedError(f"version {version} is not the one that is to come")
    steps[event["Step"]](secret, version)


def described(secret):
    """Return the stages of each version of a secret."""
    return boto3.client("secretsmanager").describe_secret(SecretId=secret)["VersionIdsToStages"]


def create(secret, version):
    """Draw the password that is to come, once for each version, and keep whatever else the secret says."""
    client = boto3.client("secretsmanager")
    try:
        client.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
    except client.exceptions.ResourceNotFoundException:
        value = json.loads(client.get_secret_value(SecretId=secret, VersionStage="AWSCURRENT")["SecretString"])
        drawn = client.get_random_password(PasswordLength=LENGTH, ExcludePunctuation=True)["RandomPassword"]
        client.put_secret_value(
            SecretId=secret,
            ClientRequestToken=version,
            SecretString=json.dumps({**value, "password": drawn}),
            VersionStages=["AWSPENDING"],
        )


def set_password(secret, version):
    """Have RDS set it, which happens at once: other changes that wait for the maintenance window go on waiting."""
    client = boto3.client("secretsmanager")
    found = client.get_secret_value(SecretId=secret, VersionId=version, VersionStage="AWSPENDING")
    password = json.loads(found["SecretString"])["password"]
    name = os.environ["DATABASE"]
    if os.environ["KIND"] == "cluster":
        boto3.client("rds").modify_db_cluster(DBClusterIdentifier=name, MasterUserPassword=password)
    else:
        boto3.client("rds").modify_db_instance(DBInstanceIdentifier=name, MasterUserPassword=password)


def settled(context):
    """Wait until RDS has set what was asked for."""
    while (status := unsettled()) is not None:
        if context.get_remaining_time_in_millis() < (PAUSE_SECONDS + LEFT_SECONDS) * 1000:
            raise NotRotatedError(f"{os.environ['DATABASE']} is {status}, and has no new password yet")
        time.sleep(PAUSE_SECONDS)


def unsettled():
    """Return what the database is busy with before it has its password, or None."""
    name, client = os.environ["DATABASE"], boto3.client("rds")
    if os.environ["KIND"] == "cluster":
        found = client.describe_db_clusters(DBClusterIdentifier=name)["DBClusters"][0]
        status = found["Status"]
    else:
        found = client.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"][0]
        status = found["DBInstanceStatus"]
    is_asked = "MasterUserPassword" in found.get("PendingModifiedValues", {})
    return status if is_asked or status in NOT_YET else None


def finish(secret, version):
    """Make it the current one."""
    current = next(one for one, stages in described(secret).items() if "AWSCURRENT" in stages)
    boto3.client("secretsmanager").update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
    )
