"""Starts moto's server as `moto_server` does: moto-server.py -H HOST -p PORT. The account has the certificate of $MOTO_CERTIFICATE, an ARN.

moto's CloudFormation makes ECS resources with a name, an image and little else. What a template says besides is handed on here to moto's own ECS,
as CloudFormation hands it to ECS, with two names that metrics need. Where moto is wrong it is mended, as far as `cdk deploy` needs it: change sets
belong to their stacks, may be missing, and have a template; RetainExceptOnCreate retains; a stack takes UpdateTerminationProtection, and its route tables go with it; an updated
service's deployment names the new revision. All else, and whatever moto does not know, is left as it is.

With $MOTO_REGISTRY, an address of a registry whose password is $MOTO_REGISTRY_PASSWORD and whose layers lie below $MOTO_LAYERS, moto's ECR sends clients there:
GetAuthorizationToken and GetDownloadUrlForLayer answer these (moto has an endpoint that does not exist, and no layers). And its images are as ECR's where whoever
lists or deletes them would go wrong: DescribeImages takes filter.tagStatus, BatchDeleteImage says that an untagged image is gone, and keeps the images of an index,
and an image whose tag moves on stays.
moto has neither pages of images, nor an archive, nor times of pulls, and scans find one thing in every image.

With $MOTO_SERVICE_DEPLOYMENTS, moto's ECS has service deployments and revisions, which it lacks: every change of a service's task definition makes one, and it is SUCCESSFUL
at once, since moto runs no tasks for a service."""
import base64, json, os, sys, time
from moto.acm.models import CertBundle, acm_backends
from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import pascal_to_camelcase, remap_nested_keys
from moto.ec2.models.route_tables import RouteTable
from moto.core.utils import utcnow
from moto.ecs.responses import EC2ContainerServiceResponse
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Service, TaskDefinition, ecs_backends
from moto.ecr.models import ECRBackend
from moto.ecr.responses import ECRResponse
from moto.elbv2.models import FakeLoadBalancer, FakeTargetGroup
from moto.server import main


def as_api(value):
    return remap_nested_keys(value, pascal_to_camelcase)


def newest_active(backend, family):
    """A bare family is its newest ACTIVE revision; moto takes the newest one whatever its status, and does not resolve it on updates."""
    if ":" in family:
        return family
    revisions = [each for each in backend.task_definitions.get(family, {}).values() if each.status == "ACTIVE"]
    return max(revisions, key=lambda each: each.revision).arn


def create_cluster(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    said = cloudformation_json["Properties"]
    return ecs_backends[account_id][region_name].create_cluster(
        resource_name, tags=as_api(said.get("Tags", [])), cluster_settings=as_api(said.get("ClusterSettings", []))
    )


def update_cluster(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    original_resource.tags = as_api(cloudformation_json["Properties"].get("Tags", []))
    return original_resource


def register(cloudformation_json, account_id, region_name):
    said = as_api(cloudformation_json["Properties"])
    return ecs_backends[account_id][region_name].register_task_definition(
        family=said["family"], container_definitions=said["containerDefinitions"], volumes=said.get("volumes"),
        network_mode=said.get("networkMode"), tags=said.get("tags"), cpu=said.get("cpu"), memory=said.get("memory"),
        requires_compatibilities=said.get("requiresCompatibilities"), task_role_arn=said.get("taskRoleArn"),
        execution_role_arn=said.get("executionRoleArn"), runtime_platform=said.get("runtimePlatform"),
    )


def create_task_definition(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    return register(cloudformation_json, account_id, region_name)


def update_task_definition(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    made = register(cloudformation_json, account_id, region_name)
    if cloudformation_json.get("UpdateReplacePolicy") != "Retain":
        ecs_backends[account_id][region_name].deregister_task_definition(original_resource.arn)
    return made


def create_service(cls, resource_name, cloudformation_json, account_id, region_name, **_):
    said = as_api(cloudformation_json["Properties"])
    backend = ecs_backends[account_id][region_name]
    service = backend.create_service(
        said["cluster"], resource_name, int(said.get("desiredCount", 1)), newest_active(backend, said["taskDefinition"]),
        load_balancers=said.get("loadBalancers"), tags=said.get("tags"), launch_type=said.get("launchType", "FARGATE"),
        deployment_controller=said.get("deploymentController"), network_configuration=said.get("networkConfiguration"),
        platform_version=said.get("platformVersion"),
    )
    service.deployment_configuration = said.get("deploymentConfiguration")
    return service


def update_service(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
    said = as_api(cloudformation_json["Properties"])
    backend = ecs_backends[account_id][region_name]
    original_resource.tags = said.get("tags", [])
    return backend.update_service({
        "cluster": said["cluster"], "service": original_resource.name,
        "task_definition": newest_active(backend, said["taskDefinition"]), "desired_count": said.get("desiredCount"),
        "load_balancers": said.get("loadBalancers"), "deployment_configuration": said.get("deploymentConfiguration"),
    })


has_service_deployments = bool(os.environ.get("MOTO_SERVICE_DEPLOYMENTS"))
update_in_ecs = EC2ContainerServiceBackend.update_service


def update_and_deploy(self, service_properties):
    """The PRIMARY deployment of an updated service names the revision that it was brought to; moto leaves it as it was."""
    service = update_in_ecs(self, service_properties)
    for deployment in service.deployments:
        deployment["taskDefinition"] = service.task_definition
    if has_service_deployments:
        record_deployment(service)
    return service


def record_deployment(service):
    """A service deployment of what the service runs now, if the newest one is of something else."""
    known = service.__dict__.setdefault("tapit_deployments", [])
    if known and known[-1]["revision"]["taskDefinition"] == service.task_definition:
        return
    arn, number, now = service.arn.replace(":service/", ":service-deployment/"), f"{len(known) + 1:019}", utcnow()
    revision = {
        "serviceRevisionArn": f"{arn.replace(':service-deployment/', ':service-revision/')}/{number}", "serviceArn": service.arn,
        "clusterArn": service.cluster_arn, "taskDefinition": service.task_definition, "createdAt": now, "launchType": "FARGATE",
    }
    counts = {"requestedTaskCount": service.desired_count, "runningTaskCount": service.desired_count, "pendingTaskCount": 0}
    sources = [{"arn": known[-1]["revision"]["serviceRevisionArn"], **counts, "runningTaskCount": 0}] if known else []
    target = {"arn": revision["serviceRevisionArn"], **counts}
    made = {
        "serviceDeploymentArn": f"{arn}/deployment{number}", "serviceArn": service.arn, "clusterArn": service.cluster_arn, "status": "SUCCESSFUL",
        "createdAt": now, "startedAt": now, "updatedAt": now, "finishedAt": now, "targetServiceRevision": target, "sourceServiceRevisions": sources,
    }
    known.append({"deployment": made, "revision": revision})
    for each in service.deployments:
        each.update(id=f"ecs-svc/{number}", createdAt=now, updatedAt=now, rolloutState="COMPLETED", runningCount=service.desired_count)


def recorded(backend):
    """Every service deployment with its revision, the newest first."""
    services = backend.services.values()
    for service in services:
        record_deployment(service)
    return [each for service in services for each in reversed(service.tapit_deployments)]


def list_service_deployments(self):
    cluster, service = self._get_param("cluster", "default"), self._get_param("service")
    found = self.ecs_backend.describe_services(cluster, [service])[0]
    arns = {each.arn for each in found}
    wanted = self._get_param("status") or ["SUCCESSFUL"]
    made = [each["deployment"] for each in recorded(self.ecs_backend) if each["deployment"]["serviceArn"] in arns]
    brief = lambda each: {"targetServiceRevisionArn": each["targetServiceRevision"]["arn"], **each}
    return ActionResult({"serviceDeployments": [brief(each) for each in made if each["status"] in wanted]})


def describe_service_deployments(self):
    arns = self._get_param("serviceDeploymentArns")
    made = [each["deployment"] for each in recorded(self.ecs_backend)]
    return ActionResult({"serviceDeployments": [each for each in made if each["serviceDeploymentArn"] in arns], "failures": []})


def describe_service_revisions(self):
    arns = self._get_param("serviceRevisionArns")
    made = [each["revision"] for each in recorded(self.ecs_backend)]
    return ActionResult({"serviceRevisions": [each for each in made if each["serviceRevisionArn"] in arns], "failures": []})


def full_name(self, attribute_name):
    """What metrics call a load balancer or a target group: the end of its ARN."""
    return self.arn.split(":")[-1].removeprefix("loadbalancer/")


class ChangeSetNotFound(CloudFormationError):
    code = "ChangeSetNotFound"


def change_sets(asked):
    """ARNs of the change sets that a request means, with what they are."""
    name, stack = asked._get_param("ChangeSetName"), asked._get_param("StackName")
    every = asked.cloudformation_backend.change_sets
    of_stack = {key: each for key, each in every.items() if stack in (None, each.stack_name, each.stack_id)}
    return {key: each for key, each in of_stack.items() if name in (key, each.change_set_name)}


def describe_change_set(self):
    found = [*change_sets(self).values()]
    if not found:
        raise ChangeSetNotFound(f"ChangeSet [{self._get_param('ChangeSetName')}] does not exist")
    return ActionResult(found[-1])


def delete_change_set(self):
    for key in change_sets(self):
        del self.cloudformation_backend.change_sets[key]
    return EmptyResult()


def get_template(self):
    """A template of a change set that was not executed yet, too."""
    found = [*change_sets(self).values()]
    backend = self.cloudformation_backend
    return ActionResult({"TemplateBody": found[-1].template if found else backend.get_template(self._get_param("StackName"))})


def delete_but_retained(self):
    """A stack that stands keeps what RetainExceptOnCreate is written at; moto knows Retain alone."""
    for resource in self._resource_json_map.values():
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate":
            resource["DeletionPolicy"] = "Retain"
    delete_resources(self)


def update_termination_protection(self):
    stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
    stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection")
    return ActionResult({"StackId": stack.stack_id})


def get_authorization_token(self):
    token = base64.b64encode(f"AWS:{os.environ['MOTO_REGISTRY_PASSWORD']}".encode()).decode()
    data = {"authorizationToken": token, "expiresAt": time.time() + 12 * 3600, "proxyEndpoint": os.environ["MOTO_REGISTRY"]}
    return ActionResult({"authorizationData": [data]})


def get_download_url_for_layer(self):
    name, digest = self._get_param("repositoryName"), self._get_param("layerDigest")
    return ActionResult({"layerDigest": digest, "downloadUrl": f"{os.environ['MOTO_LAYERS']}/{name}/{digest}"})


def describe_images(self):
    answer = describe_all_images(self)
    wanted = (self._get_param("filter") or {}).get("tagStatus", "ANY")
    if wanted != "ANY":
        is_tagged = lambda image: bool(getattr(image, "image_tags", None))
        answer.result["imageDetails"] = [each for each in answer.result["imageDetails"] if is_tagged(each) == (wanted == "TAGGED")]
    return answer


def put_image(self, repository_name, image_manifest, image_tag, *rest):
    if image_tag and (repository := self.repositories.get(repository_name)):
        for image in self._resolve_image_tag_mutability(repository, image_tag) or []:
            if image.image_manifest != image_manifest:
                image.remove_tag(image_tag)
    return put(self, repository_name, image_manifest, image_tag, *rest)


def children(image):
    return [each["digest"] for each in json.loads(image.image_manifest).get("manifests", [])]


def batch_delete_image(self, repository_name, registry_id=None, image_ids=None):
    answer = {"imageIds": [], "failures": []}
    for image_id in image_ids or []:
        images, digest = self._get_repository(repository_name, registry_id).images, image_id.get("imageDigest")
        if "imageTag" not in image_id and any(digest in children(each) for each in images):
            reason = "Requested image referenced by manifest list"
            answer["failures"].append({"imageId": image_id, "failureCode": "ImageReferencedByManifestList", "failureReason": reason})
            continue
        was_there = any(each.get_image_digest() == digest for each in images)
        said = delete_images(self, repository_name, registry_id, [image_id])
        answer["imageIds"] += said["imageIds"] or ([{"imageDigest": digest}] if was_there else [])
        answer["failures"] += said["failures"]
    return answer


for kind, create, update in (
    (Cluster, create_cluster, update_cluster),
    (TaskDefinition, create_task_definition, update_task_definition),
    (Service, create_service, update_service),
):
    kind.create_from_cloudformation_json = classmethod(create)
    kind.update_from_cloudformation_json = classmethod(update)

known = FakeLoadBalancer.get_cfn_attribute
FakeLoadBalancer.get_cfn_attribute = lambda self, name: full_name(self, name) if name == "LoadBalancerFullName" else known(self, name)
FakeTargetGroup.get_cfn_attribute = full_name
EC2ContainerServiceBackend.update_service = update_and_deploy
delete_resources = ResourceMap.delete
ResourceMap.delete = delete_but_retained
CloudFormationResponse.describe_change_set = describe_change_set
CloudFormationResponse.delete_change_set = delete_change_set
CloudFormationResponse.get_template = get_template
CloudFormationResponse.update_termination_protection = update_termination_protection
RouteTable.delete = lambda self, account_id, region_name: self.ec2_backend.delete_route_table(self.id)

if os.environ.get("MOTO_REGISTRY"):
    describe_all_images = ECRResponse.describe_images
    put, delete_images = ECRBackend.put_image, ECRBackend.batch_delete_image
    ECRResponse.get_authorization_token = get_authorization_token
    ECRResponse.get_download_url_for_layer = get_download_url_for_layer
    ECRResponse.describe_images = describe_images
    ECRBackend.put_image = put_image
    ECRBackend.batch_delete_image = batch_delete_image

if has_service_deployments:
    for operation in (list_service_deployments, describe_service_deployments, describe_service_revisions):
        setattr(EC2ContainerServiceResponse, operation.__name__, operation)

if certificate := os.environ.get("MOTO_CERTIFICATE"):
    region, account_id = certificate.split(":")[3:5]
    bundle = CertBundle.generate_cert("shop.example.com", account_id, region)
    bundle.arn = certificate
    acm_backends[account_id][region]._certificates[certificate] = bundle

sys.exit(main())
