"""Starts moto's server as `moto_server` does: moto-server.py -H HOST -p PORT. The account has the certificate of $MOTO_CERTIFICATE, an ARN.

moto's CloudFormation makes ECS resources with a name, an image and little else. What a template says besides is handed on here to moto's own ECS,
as CloudFormation hands it to ECS, with two names that metrics need. Where moto is wrong it is mended, as far as `cdk deploy` needs it: change sets
belong to their stacks, may be missing, and have a template; RetainExceptOnCreate retains; a stack takes UpdateTerminationProtection, and its route tables go with it; an updated
service's deployment names the new revision. All else, and whatever moto does not know, is left as it is."""
import os, sys
from moto.acm.models import CertBundle, acm_backends
from moto.cloudformation.exceptions import CloudFormationError
from moto.cloudformation.parsing import ResourceMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import pascal_to_camelcase, remap_nested_keys
from moto.ec2.models.route_tables import RouteTable
from moto.ecs.models import Cluster, EC2ContainerServiceBackend, Service, TaskDefinition, ecs_backends
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


update_in_ecs = EC2ContainerServiceBackend.update_service


def update_and_deploy(self, service_properties):
    """The PRIMARY deployment of an updated service names the revision that it was brought to; moto leaves it as it was."""
    service = update_in_ecs(self, service_properties)
    for deployment in service.deployments:
        deployment["taskDefinition"] = service.task_definition
    return service


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

if certificate := os.environ.get("MOTO_CERTIFICATE"):
    region, account_id = certificate.split(":")[3:5]
    bundle = CertBundle.generate_cert("shop.example.com", account_id, region)
    bundle.arn = certificate
    acm_backends[account_id][region]._certificates[certificate] = bundle

sys.exit(main())
