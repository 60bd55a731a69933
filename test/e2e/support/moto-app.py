"""Makes the app `shop` in moto, with boto3 alone: moto-app.py ENDPOINT [REGION]"""
import json, sys, time
import boto3

region = [*sys.argv, "us-east-1"][2]
of = lambda service: boto3.client(
    service, endpoint_url=sys.argv[1], region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
)
ecs, ecr, elb, ec2, logs, ssm = (of(each) for each in ("ecs", "ecr", "elbv2", "ec2", "logs", "ssm"))


def manifest(size):
    config = {"mediaType": "application/vnd.docker.container.image.v1+json", "size": size, "digest": "sha256:%064x" % size}
    kind = "application/vnd.docker.distribution.manifest.v2+json"
    return json.dumps({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": []})


uri = ecr.create_repository(repositoryName="shop")["repository"]["repositoryUri"]
for size, tag in enumerate(["v1.2.2", "v1.2.3"], 100):
    ecr.put_image(repositoryName="shop", imageManifest=manifest(size), imageTag=tag)
ssm.put_parameter(Name="/shop/database-url", Value="postgres://shop", Type="SecureString")

vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
zones = [("10.0.0.0/24", region + "a"), ("10.0.1.0/24", region + "b")]
subnets = [ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone)["Subnet"]["SubnetId"] for block, zone in zones]
group = ec2.create_security_group(GroupName="shop", Description="shop", VpcId=vpc)["GroupId"]
target_group = elb.create_target_group(Name="shop-default", Protocol="HTTP", Port=8080, VpcId=vpc, TargetType="ip")
target_group = target_group["TargetGroups"][0]["TargetGroupArn"]
balancer = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"][0]["LoadBalancerArn"]
forward = {"Type": "forward", "TargetGroupArn": target_group}
elb.create_listener(LoadBalancerArn=balancer, Port=80, Protocol="HTTP", DefaultActions=[forward])

ecs.create_cluster(clusterName="shop", tags=[{"key": "tapit:environment", "value": "production"}])
for process in ("default", "worker"):
    is_web = process == "default"
    log_group = "/tapit/shop/" + process
    log_options = {"awslogs-group": log_group, "awslogs-region": region, "awslogs-stream-prefix": "shop"}
    logs.create_log_group(logGroupName=log_group)
    ecs.register_task_definition(
        family="shop-" + process, networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
        executionRoleArn="arn:aws:iam::123456789012:role/shop-execution",
        containerDefinitions=[{
            "name": process, "image": uri + ":v1.2.2", "essential": True,
            "portMappings": [{"containerPort": 8080}] if is_web else [],
            "logConfiguration": {"logDriver": "awslogs", "options": log_options},
        }],
    )
    targets = [{"targetGroupArn": target_group, "containerName": process, "containerPort": 8080}]
    ecs.create_service(
        cluster="shop", serviceName=process, taskDefinition="shop-" + process, desiredCount=1, launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group]}},
        tags=[{"key": "tapit:process", "value": process}], **({"loadBalancers": targets} if is_web else {}),
    )
logs.create_log_stream(logGroupName="/tapit/shop/worker", logStreamName="shop/worker/1")
line = {"timestamp": int(time.time() * 1000), "message": "order 1 sent"}
logs.put_log_events(logGroupName="/tapit/shop/worker", logStreamName="shop/worker/1", logEvents=[line])
