"""Gives a cache on Amazon ElastiCache a new token: Secrets Manager invokes it for each of four steps.

USER_ID is the user whose password the token is. A user has two passwords at most: the token that is to come, and the
current one, so that whoever has that goes on. Each step may be done twice: Secrets Manager begins anew with the same
version where one fails. Source: Amazon ElastiCache User Guide, Automatically rotating passwords for users.
"""

import json
import os
import time

import boto3

LENGTH = 64
PAUSE_SECONDS = 5
LEFT_SECONDS = 10
"""What a wait leaves of the function's time, so that it can still say why it ends."""
ACCESS = "on ~* &* +@all"
"""All keys, channels and commands: since version 7, a user has no channels unless it says so."""


class NotRotatedError(Exception):
    """A step could not be done; the message says why, and holds no token."""


def handler(event, context):
    """Do one step of a rotation, of a version that Secrets Manager named."""
    steps = {
        "createSecret": create,
        "setSecret": lambda secret, version: set_token(secret, version, context),
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
    """Draw the token that is to come, once for each version, and keep whatever else the secret says."""
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


def set_token(secret, version, context):
    """Have the user accept both: the token that is to come, and the current one."""
    client = boto3.client("secretsmanager")
    versions = {"VersionId": version, "VersionStage": "AWSPENDING"}, {"VersionStage": "AWSCURRENT"}
    found = [client.get_secret_value(SecretId=secret, **one)["SecretString"] for one in versions]
    passwords = [json.loads(one)["password"] for one in found]
    settled(context)  # a user that is being changed takes no other change
    boto3.client("elasticache").modify_user(
        UserId=os.environ["USER_ID"],
        AccessString=ACCESS,
        AuthenticationMode={"Type": "password", "Passwords": passwords},
    )


def settled(context):
    """Wait until every node has what was asked for."""
    while (status := status_of(os.environ["USER_ID"])) != "active":
        if context.get_remaining_time_in_millis() < (PAUSE_SECONDS + LEFT_SECONDS) * 1000:
            raise NotRotatedError(f"{os.environ['USER_ID']} is {status}, and has no new token yet")
        time.sleep(PAUSE_SECONDS)


def status_of(user):
    """Return what a user is busy with; `active` for nothing."""
    return boto3.client("elasticache").describe_users(UserId=user)["Users"][0]["Status"]


def finish(secret, version):
    """Make it the current one."""
    current = next(one for one, stages in described(secret).items() if "AWSCURRENT" in stages)
    boto3.client("secretsmanager").update_secret_version_stage(
        SecretId=secret, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
    )
