"""Holds requests against botocore's service models: would AWS's own client have sent them?

Standard input: one JSON document a line, {"service": "ecs", "operation": "UpdateService", "input": {…}}, as the sandbox's journal has
them. Prints what does not fit; exits with 1 when anything does not, and with 2 when there was nothing to look at.
"""

import json
import sys

import botocore.session
from botocore.validate import ParamValidator

# The journal has the names that requests are signed for.
model_names = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch"}



def revived(value):
    """Bytes are what Node's JSON makes of a Buffer."""
    return bytes(value["data"]) if value.keys() == {"type", "data"} and value["type"] == "Buffer" else value


session = botocore.session.get_session()
models = {}
count = 0
problems = 0

for number, line in enumerate(sys.stdin, start=1):
    if not line.strip():
        continue
    request = json.loads(line, object_hook=revived)
    if request.get("input") is None:
        continue
    count += 1
    name = model_names.get(request["service"], request["service"])
    if name not in models:
        models[name] = session.get_service_model(name)
    if request["operation"] not in models[name].operation_names:
        problems += 1
        print(f"line {number}: {name} has no operation {request['operation']}")
        continue
    shape = models[name].operation_model(request["operation"]).input_shape
    report = ParamValidator().validate(request["input"], shape).generate_report() if shape else ""
    if report:
        problems += 1
        print(f"line {number}: {name} {request['operation']}: {report}")

print(f"{count} requests, {problems} with problems")
sys.exit(2 if count == 0 else 1 if problems else 0)
