"""Calls every operation of the sandbox with boto3, whose parser we did not write, and holds each answer against botocore's model.

Environment: AWS_ENDPOINT_URL, region and credentials, as `tapit sandbox env` sets them; the account is the seeded one.
Prints one line a call; exits with 1 when anything is not as expected.
"""

import hashlib
import os
import sys
import time

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

config = Config(retries={"total_max_attempts": 1}, parameter_validation=True)
failures = []
clients = {}


def call(service, operation, _error=None, /, **params):
    """The answer; `_error` is the code that is expected instead ('*': an answer or any error of AWS's, where it depends on time)."""
    client = clients.setdefault(service, boto3.client(service, config=config))
    model = client.meta.service_model.operation_model(operation)
    method = next(python for python, name in client.meta.method_to_api_mapping.items() if name == operation)
    try:
        answer = getattr(client, method)(**params)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        known = code not in ("InternalFailure", "UnknownOperationException", "InvalidAction")
        good = known and _error in (code, "*")
        report(service, operation, code, good or f"unexpected error: {error}")
        return {}
    if _error not in (None, "*"):
        report(service, operation, "ok", f"expected {_error}")
        return answer
    body = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    problem = ""
    if model.output_shape is not None:
        report_lines = ParamValidator().validate(body, model.output_shape).generate_report().splitlines()
        # The models' minima hold for requests: DynamoDB itself answers with a NumberOfDecreasesToday of 0.
        problem = "; ".join(line for line in report_lines if "valid min" not in line)
    report(service, operation, "ok", not problem or f"answer does not fit the model: {problem}")
    return answer


def report(service, operation, outcome, good):
    print(f"{service} {operation}: {outcome}" + ("" if good is True else f"  FAILED: {good}"))
    if good is not True:
        failures.append(f"{service} {operation}: {good}")


def check(what, good):
    if not good:
        failures.append(what)
        print(f"FAILED: {what}")


def sts():
    answer = call("sts", "GetCallerIdentity")
    check("the account is the sandbox's", answer.get("Account") == "123456789012")


def ecr():
    call("ecr", "CreateRepository", repositoryName="boto", tags=[{"Key": "a", "Value": "b"}])
    call("ecr", "CreateRepository", "RepositoryAlreadyExistsException", repositoryName="boto")
    arn = call("ecr", "DescribeRepositories", repositoryNames=["boto"])["repositories"][0]["repositoryArn"]
    call("ecr", "DescribeRepositories", "RepositoryNotFoundException", repositoryNames=["nope"])
    config_blob = b'{"architecture":"amd64","os":"linux"}'
    digest = "sha256:" + hashlib.sha256(config_blob).hexdigest()
    upload = call("ecr", "InitiateLayerUpload", repositoryName="boto")["uploadId"]
    call(
        "ecr",
        "UploadLayerPart",
        repositoryName="boto",
        uploadId=upload,
        partFirstByte=0,
        partLastByte=len(config_blob) - 1,
        layerPartBlob=config_blob,
    )
    call("ecr", "CompleteLayerUpload", repositoryName="boto", uploadId=upload, layerDigests=[digest])
    available = call("ecr", "BatchCheckLayerAvailability", repositoryName="boto", layerDigests=[digest])
    check("the uploaded layer is available", available["layers"][0]["layerAvailability"] == "AVAILABLE")
    call("ecr", "GetDownloadUrlForLayer", repositoryName="boto", layerDigest=digest)
    manifest = (
        '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":'
        '"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},"layers":[]}' % (digest, len(config_blob))
    )
    call("ecr", "PutImage", repositoryName="boto", imageManifest=manifest, imageTag="v1")
    call("ecr", "PutImage", "ImageAlreadyExistsException", repositoryName="boto", imageManifest=manifest, imageTag="v1")
    call("ecr", "ListImages", repositoryName="boto", filter={"tagStatus": "TAGGED"})
    details = call("ecr", "DescribeImages", repositoryName="boto", imageIds=[{"imageTag": "v1"}])["imageDetails"]
    check("the digest is the manifest's", details[0]["imageDigest"] == "sha256:" + hashlib.sha256(manifest.encode()).hexdigest())
    call("ecr", "DescribeImages", "ImageNotFoundException", repositoryName="boto", imageIds=[{"imageTag": "v2"}])
    got = call("ecr", "BatchGetImage", repositoryName="boto", imageIds=[{"imageTag": "v1"}, {"imageTag": "v2"}])
    check("the manifest comes back as it was put", got["images"][0]["imageManifest"] == manifest)
    check("the missing image is a failure", got["failures"][0]["failureCode"] == "ImageNotFound")
    call("ecr", "PutImageTagMutability", repositoryName="boto", imageTagMutability="IMMUTABLE")
    image = {"repositoryName": "boto", "imageId": {"imageTag": "v1"}}
    call("ecr", "DescribeImageScanFindings", "ScanNotFoundException", **image)
    call("ecr", "StartImageScan", **image)
    call("ecr", "DescribeImageScanFindings", **image)
    described = call("ecr", "DescribeImages", repositoryName="boto")["imageDetails"][0]
    check("the scan is summed up", described["imageScanFindingsSummary"]["findingSeverityCounts"] == {})
    check("the pull was recorded", "lastRecordedPullTime" in described)
    archived = call("ecr", "UpdateImageStorageClass", **image, targetStorageClass="ARCHIVE")
    check("the image is archived", archived["imageStatus"] == "ARCHIVED")
    call("ecr", "StartImageScan", "ImageArchivedException", **image)
    call("ecr", "DescribeImages", repositoryName="boto", filter={"imageStatus": "ARCHIVED"})
    call("ecr", "UpdateImageStorageClass", **image, targetStorageClass="STANDARD")
    policy = '{"Version":"2012-10-17","Statement":[]}'
    call("ecr", "GetRepositoryPolicy", "RepositoryPolicyNotFoundException", repositoryName="boto")
    call("ecr", "SetRepositoryPolicy", repositoryName="boto", policyText=policy)
    call("ecr", "GetRepositoryPolicy", repositoryName="boto")
    call("ecr", "DeleteRepositoryPolicy", repositoryName="boto")
    call("ecr", "TagResource", resourceArn=arn, tags=[{"Key": "c", "Value": "d"}])
    call("ecr", "UntagResource", resourceArn=arn, tagKeys=["a"])
    check("the tags are those that are left", call("ecr", "ListTagsForResource", resourceArn=arn)["tags"] == [{"Key": "c", "Value": "d"}])
    token = call("ecr", "GetAuthorizationToken")["authorizationData"][0]
    check("the registry is the sandbox", token["proxyEndpoint"] == os.environ["AWS_ENDPOINT_URL"])
    call("ecr", "DeleteRepository", "RepositoryNotEmptyException", repositoryName="boto")
    call("ecr", "BatchDeleteImage", repositoryName="boto", imageIds=[{"imageTag": "v1"}])
    call("ecr", "DeleteRepository", repositoryName="boto")


def logs():
    group = {"logGroupName": "/boto"}
    stream = {**group, "logStreamName": "s"}
    now = int(time.time() * 1000)
    call("logs", "CreateLogGroup", **group)
    call("logs", "CreateLogGroup", "ResourceAlreadyExistsException", **group)
    call("logs", "CreateLogStream", **stream)
    call("logs", "PutLogEvents", **stream, logEvents=[{"timestamp": now + n, "message": f"line {n}"} for n in range(3)])
    call("logs", "DescribeLogGroups", logGroupNamePrefix="/boto")
    call("logs", "DescribeLogStreams", **group)
    page = call("logs", "FilterLogEvents", **group, limit=2)
    rest = call("logs", "FilterLogEvents", **group, limit=2, nextToken=page["nextToken"])
    messages = [event["message"] for event in page["events"] + rest["events"]]
    check("two pages have all lines", messages == ["line 0", "line 1", "line 2"])
    call("logs", "FilterLogEvents", "ResourceNotFoundException", logGroupName="/nope")
    call("logs", "GetLogEvents", **stream, startFromHead=True)
    call("logs", "PutRetentionPolicy", **group, retentionInDays=7)
    call("logs", "DeleteRetentionPolicy", **group)
    call("logs", "DeleteLogStream", **stream)
    call("logs", "DeleteLogGroup", **group)


def ssm():
    call("ssm", "PutParameter", Name="/boto/a", Value="v", Type="SecureString")
    call("ssm", "PutParameter", "ParameterAlreadyExists", Name="/boto/a", Value="v", Type="String")
    check("the secret is decrypted", call("ssm", "GetParameter", Name="/boto/a", WithDecryption=True)["Parameter"]["Value"] == "v")
    call("ssm", "GetParameter", "ParameterNotFound", Name="/boto/b")
    call("ssm", "GetParameters", Names=["/boto/a", "/boto/b"])
    call("ssm", "GetParametersByPath", Path="/boto")
    call("ssm", "DescribeParameters")
    resource = {"ResourceType": "Parameter", "ResourceId": "/boto/a"}
    call("ssm", "AddTagsToResource", **resource, Tags=[{"Key": "a", "Value": "b"}])
    call("ssm", "ListTagsForResource", **resource)
    call("ssm", "RemoveTagsFromResource", **resource, TagKeys=["a"])
    call("ssm", "DeleteParameter", Name="/boto/a")
    call("ssm", "DeleteParameters", Names=["/boto/a"])


def cloudwatch():
    call(
        "cloudwatch",
        "PutMetricAlarm",
        AlarmName="boto",
        EvaluationPeriods=1,
        ComparisonOperator="GreaterThanThreshold",
        Threshold=2.5,
        Namespace="n",
        MetricName="m",
        Period=60,
        Statistic="Sum",
        Dimensions=[{"Name": "d", "Value": "v"}],
    )
    call("cloudwatch", "SetAlarmState", AlarmName="boto", StateValue="ALARM", StateReason="why")
    call("cloudwatch", "SetAlarmState", "ResourceNotFound", AlarmName="nope", StateValue="ALARM", StateReason="why")
    alarms = call("cloudwatch", "DescribeAlarms", AlarmNames=["boto"])["MetricAlarms"]
    check("the alarm is in ALARM", alarms[0]["StateValue"] == "ALARM" and alarms[0]["Threshold"] == 2.5)
    call("cloudwatch", "ListTagsForResource", ResourceARN=alarms[0]["AlarmArn"])
    call("cloudwatch", "PutMetricData", Namespace="n", MetricData=[{"MetricName": "m", "Value": 3.0}])
    query = {"Id": "m", "MetricStat": {"Metric": {"Namespace": "n", "MetricName": "m"}, "Period": 60, "Stat": "Sum"}}
    span = {"StartTime": time.time() - 3600, "EndTime": time.time() + 3600}
    data = call("cloudwatch", "GetMetricData", MetricDataQueries=[query], **span)
    check("the metric is what was put", data["MetricDataResults"][0]["Values"] == [3.0])
    call("cloudwatch", "DescribeAlarmHistory", AlarmName="boto")
    call("cloudwatch", "DeleteAlarms", AlarmNames=["boto"])


def dynamodb():
    table = {"TableName": "boto"}
    key = {"pk": {"S": "a"}}
    call(
        "dynamodb",
        "CreateTable",
        **table,
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        Tags=[{"Key": "a", "Value": "b"}],
    )
    clients["dynamodb"].get_waiter("table_exists").wait(**table, WaiterConfig={"Delay": 1})
    arn = call("dynamodb", "DescribeTable", **table)["Table"]["TableArn"]
    call("dynamodb", "DescribeTable", "ResourceNotFoundException", TableName="nope")
    call("dynamodb", "ListTables")
    call("dynamodb", "PutItem", **table, Item={**key, "n": {"N": "1"}}, ConditionExpression="attribute_not_exists(pk)")
    call(
        "dynamodb",
        "PutItem",
        "ConditionalCheckFailedException",
        **table,
        Item=key,
        ConditionExpression="attribute_not_exists(pk)",
    )
    call("dynamodb", "UpdateItem", **table, Key=key, UpdateExpression="SET n = :n", ExpressionAttributeValues={":n": {"N": "2"}})
    check("the item is the updated one", call("dynamodb", "GetItem", **table, Key=key)["Item"]["n"] == {"N": "2"})
    call("dynamodb", "Query", **table, KeyConditionExpression="pk = :a", ExpressionAttributeValues={":a": {"S": "a"}})
    call("dynamodb", "Scan", **table)
    call("dynamodb", "BatchGetItem", RequestItems={"boto": {"Keys": [key]}})
    call("dynamodb", "BatchWriteItem", RequestItems={"boto": [{"PutRequest": {"Item": {"pk": {"S": "b"}}}}]})
    call("dynamodb", "DeleteItem", **table, Key=key)
    call("dynamodb", "TagResource", ResourceArn=arn, Tags=[{"Key": "c", "Value": "d"}])
    call("dynamodb", "UntagResource", ResourceArn=arn, TagKeys=["a"])
    check("the tags are those that are left", call("dynamodb", "ListTagsOfResource", ResourceArn=arn)["Tags"] == [{"Key": "c", "Value": "d"}])
    call("dynamodb", "UpdateTimeToLive", **table, TimeToLiveSpecification={"AttributeName": "ttl", "Enabled": True})
    call("dynamodb", "DescribeTimeToLive", **table)
    call("dynamodb", "UpdateContinuousBackups", **table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True})
    call("dynamodb", "DescribeContinuousBackups", **table)
    call("dynamodb", "DescribeContinuousBackups", "TableNotFoundException", TableName="nope")
    call("dynamodb", "DeleteTable", "ValidationException", **table)
    call("dynamodb", "UpdateTable", **table, DeletionProtectionEnabled=False)
    call("dynamodb", "DeleteTable", **table)


def elbv2():
    balancer = call("elbv2", "CreateLoadBalancer", Name="boto", Subnets=["subnet-1", "subnet-2"])
    arn = balancer["LoadBalancers"][0]["LoadBalancerArn"]
    group = call("elbv2", "CreateTargetGroup", Name="boto", Protocol="HTTP", Port=80, VpcId="vpc-1", TargetType="ip")
    group_arn = group["TargetGroups"][0]["TargetGroupArn"]
    forward = [{"Type": "forward", "TargetGroupArn": group_arn}]
    listener = call("elbv2", "CreateListener", LoadBalancerArn=arn, Protocol="HTTP", Port=80, DefaultActions=forward)
    listener_arn = listener["Listeners"][0]["ListenerArn"]
    condition = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/a/*", "/<&>"]}}]
    rule = call("elbv2", "CreateRule", ListenerArn=listener_arn, Conditions=condition, Priority=1, Actions=forward)
    rule_arn = rule["Rules"][0]["RuleArn"]
    call("elbv2", "DescribeLoadBalancers", Names=["boto"])
    call("elbv2", "DescribeLoadBalancers", "LoadBalancerNotFound", Names=["nope"])
    call("elbv2", "DescribeListeners", LoadBalancerArn=arn)
    rules = call("elbv2", "DescribeRules", ListenerArn=listener_arn)["Rules"]
    check("the rule comes back", ["/a/*", "/<&>"] in [c["PathPatternConfig"]["Values"] for r in rules for c in r["Conditions"]])
    call("elbv2", "ModifyRule", RuleArn=rule_arn, Actions=forward)
    call("elbv2", "DescribeTargetGroups", Names=["boto"])
    call("elbv2", "DescribeTargetGroups", "TargetGroupNotFound", Names=["nope"])
    call("elbv2", "ModifyTargetGroup", TargetGroupArn=group_arn, HealthCheckPath="/healthz")
    call("elbv2", "DescribeTargetGroupAttributes", TargetGroupArn=group_arn)
    attribute = {"Key": "deregistration_delay.timeout_seconds", "Value": "5"}
    call("elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=group_arn, Attributes=[attribute])
    target = [{"Id": "10.0.0.1", "Port": 80}]
    call("elbv2", "RegisterTargets", TargetGroupArn=group_arn, Targets=target)
    call("elbv2", "DescribeTargetHealth", TargetGroupArn=group_arn)
    call("elbv2", "DeregisterTargets", TargetGroupArn=group_arn, Targets=target)
    call("elbv2", "AddTags", ResourceArns=[arn], Tags=[{"Key": "a", "Value": "b"}])
    call("elbv2", "DescribeTags", ResourceArns=[arn])
    call("elbv2", "RemoveTags", ResourceArns=[arn], TagKeys=["a"])
    call("elbv2", "DeleteRule", RuleArn=rule_arn)
    call("elbv2", "DeleteListener", ListenerArn=listener_arn)
    call("elbv2", "DeleteTargetGroup", TargetGroupArn=group_arn)
    call("elbv2", "DeleteLoadBalancer", LoadBalancerArn=arn)


def scaling():
    target = {"ServiceNamespace": "ecs", "ResourceId": "service/shop/worker", "ScalableDimension": "ecs:service:DesiredCount"}
    service = "application-autoscaling"
    call(service, "RegisterScalableTarget", "ValidationException", **target, MaxCapacity=4)
    call(service, "RegisterScalableTarget", **target, MinCapacity=1, MaxCapacity=4)
    targets = call(service, "DescribeScalableTargets", ServiceNamespace="ecs", ResourceIds=["service/shop/worker"])["ScalableTargets"]
    check("the bounds are those that were registered", [targets[0]["MinCapacity"], targets[0]["MaxCapacity"]] == [1, 4])
    tracking = {"TargetValue": 60.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}}
    policy = {"PolicyName": "cpu", "PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": tracking}
    call(service, "PutScalingPolicy", **target, **policy)
    call(service, "DescribeScalingPolicies", ServiceNamespace="ecs")
    call(service, "DeleteScalingPolicy", **target, PolicyName="cpu")
    call(service, "DeregisterScalableTarget", **target)
    call(service, "DeregisterScalableTarget", "ObjectNotFoundException", **target)


def ecs():
    call("ecs", "CreateCluster", clusterName="boto", tags=[{"key": "a", "value": "b"}])
    cluster = {"cluster": "boto"}
    clusters = call("ecs", "DescribeClusters", clusters=["boto"], include=["TAGS"])["clusters"]
    call("ecs", "ListClusters")
    # An image of the seeded app.
    services = call("ecs", "DescribeServices", cluster="shop", services=["default", "worker", "nope"], include=["TAGS"])
    check("a missing service is a failure", services["failures"][0]["reason"] == "MISSING")
    seeded = services["services"][0]["taskDefinition"]
    definition = call("ecs", "DescribeTaskDefinition", taskDefinition=seeded, include=["TAGS"])["taskDefinition"]
    call("ecs", "DescribeTaskDefinition", "ClientException", taskDefinition="nope")
    container = {"name": "main", "image": definition["containerDefinitions"][0]["image"], "essential": True}
    registration = {
        "family": "boto",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
        "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        "containerDefinitions": [container],
    }
    first = call("ecs", "RegisterTaskDefinition", **registration)["taskDefinition"]["taskDefinitionArn"]
    second = call("ecs", "RegisterTaskDefinition", **registration)["taskDefinition"]["taskDefinitionArn"]
    call("ecs", "ListTaskDefinitions", familyPrefix="boto")
    call("ecs", "ListTaskDefinitionFamilies", familyPrefix="boto", status="ACTIVE")
    network = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}
    call(
        "ecs",
        "CreateService",
        **cluster,
        serviceName="boto",
        taskDefinition=first,
        desiredCount=1,
        launchType="FARGATE",
        networkConfiguration=network,
        deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    )
    call("ecs", "ListServices", **cluster)
    call("ecs", "UpdateService", **cluster, service="boto", taskDefinition=second)
    call("ecs", "UpdateService", "ServiceNotFoundException", **cluster, service="nope", taskDefinition=second)
    call("ecs", "DescribeServices", "ClusterNotFoundException", cluster="nope", services=["boto"])
    deployments = call("ecs", "ListServiceDeployments", **cluster, service="boto")["serviceDeployments"]
    arns = [deployment["serviceDeploymentArn"] for deployment in deployments]
    described = call("ecs", "DescribeServiceDeployments", serviceDeploymentArns=arns)["serviceDeployments"]
    revision = described[0]["targetServiceRevision"]["arn"]
    call("ecs", "DescribeServiceRevisions", serviceRevisionArns=[revision])
    call("ecs", "StopServiceDeployment", "ServiceDeploymentNotFoundException", serviceDeploymentArn=arns[0] + "x", stopType="ROLLBACK")
    call("ecs", "ContinueServiceDeployment", "InvalidParameterException", serviceDeploymentArn=arns[0], hookId="nope", action="CONTINUE")
    call("ecs", "StopServiceDeployment", "*", serviceDeploymentArn=arns[0], stopType="ROLLBACK")
    run = call("ecs", "RunTask", **cluster, taskDefinition=first, launchType="FARGATE", networkConfiguration=network)
    task = run["tasks"][0]["taskArn"]
    call("ecs", "ListTasks", **cluster)
    call("ecs", "DescribeTasks", **cluster, tasks=[task, "0" * 32], include=["TAGS"])
    session = {"command": "sh", "interactive": True}
    call("ecs", "ExecuteCommand", "InvalidParameterException", **cluster, task="0" * 32, **session)
    call("ecs", "ExecuteCommand", "InvalidParameterException", **cluster, task=task, **session)
    call("ecs", "StopTask", **cluster, task=task, reason="boto")
    shell = call("ecs", "RunTask", **cluster, taskDefinition=first, networkConfiguration=network, enableExecuteCommand=True)["tasks"][0]["taskArn"]
    for _ in range(100):
        if call("ecs", "DescribeTasks", **cluster, tasks=[shell])["tasks"][0]["lastStatus"] == "RUNNING":
            break
        time.sleep(0.2)
    call("ecs", "ExecuteCommand", **cluster, task=shell, **session)
    arn = clusters[0]["clusterArn"]
    call("ecs", "TagResource", resourceArn=arn, tags=[{"key": "c", "value": "d"}])
    call("ecs", "UntagResource", resourceArn=arn, tagKeys=["a"])
    tags = call("ecs", "ListTagsForResource", resourceArn=arn)["tags"]
    check("the tags are those that are left", tags == [{"key": "c", "value": "d"}])
    call("ecs", "DeleteService", **cluster, service="boto", force=True)
    call("ecs", "DeregisterTaskDefinition", taskDefinition=first)
    call("ecs", "DeleteTaskDefinitions", taskDefinitions=[first])
    call("ecs", "DeleteCluster", "*", **cluster)


for scenario in (sts, ecr, logs, ssm, cloudwatch, dynamodb, elbv2, scaling, ecs):
    try:
        scenario()
    except Exception as error:  # One service's trouble must not hide another's.
        failures.append(f"{scenario.__name__}: {error!r}")
        print(f"FAILED: {scenario.__name__}: {error!r}")

print(f"{len(failures)} failures")
sys.exit(1 if failures else 0)
