import { Fn, RemovalPolicy, Validations } from 'aws-cdk-lib'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as logs from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface AppNetworkProps {
  /**
   * Availability zones with subnets.
   * @default 2
   */
  readonly zones?: number
  /**
   * NAT gateways, at most one for each zone. With one, the loss of its zone cuts all tasks off from the internet; one for each zone survives it.
   * @default 1
   */
  readonly natGateways?: number
  /**
   * Whether ECR, logs, SSM and Secrets Manager are reached by interface endpoints inside the VPC instead of the NAT gateway.
   * @default false
   */
  readonly endpoints?: boolean
}

/** The most that a region has. */
export const mostZones = 6

/** A VPC for an app: public subnets for the load balancer, private ones for the tasks. Any other `IVpc` does as well. */
export class AppNetwork extends Construct {
  readonly vpc: ec2.Vpc

  constructor(scope: Construct, id: string, props: AppNetworkProps = {}) {
    super(scope, id)
    const { zones = 2, natGateways = 1, endpoints = false } = props
    refuseUnfit({ zones, natGateways })

    this.vpc = this.defineVpc({ zones, natGateways })
    this.logTraffic()
    if (endpoints) this.addInterfaceEndpoints()
  }

  private defineVpc({ zones, natGateways }: { zones: number; natGateways: number }): ec2.Vpc {
    const vpc = new ec2.Vpc(this, 'Vpc', {
      availabilityZones: zonesOfRegion(zones),
      natGateways,
      // Room for six zones: another zone then leaves the addresses of the others as they are.
      reservedAzs: mostZones - zones,
      subnetConfiguration: [
        { name: 'public', subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false, cidrMask: 24 },
        { name: 'private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      ],
      // It would take a Lambda; nothing of an app uses the default security group.
      restrictDefaultSecurityGroup: false,
    })
    // Image layers come from S3: the endpoint is free, the way through a NAT gateway is not.
    vpc.addGatewayEndpoint('S3', { service: ec2.GatewayVpcEndpointAwsService.S3 })
    return vpc
  }

  private logTraffic(): void {
    const logGroup = new logs.LogGroup(this, 'FlowLogs', {
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    this.vpc.addFlowLog('FlowLog', { destination: ec2.FlowLogDestination.toCloudWatchLogs(logGroup) })
  }

  private addInterfaceEndpoints(): void {
    const { ECR, ECR_DOCKER, CLOUDWATCH_LOGS, SSM, SECRETS_MANAGER } = ec2.InterfaceVpcEndpointAwsService
    const services = { ECR, ECR_DOCKER, CLOUDWATCH_LOGS, SSM, SECRETS_MANAGER }
    for (const [name, service] of Object.entries(services)) {
      const endpoint = this.vpc.addInterfaceEndpoint(name, { service })
      Validations.of(endpoint).acknowledge({
        id: 'AwsSolutions-EC23',
        reason: 'The rule cannot read an address range that is a reference: it is the range of this VPC.',
      })
    }
  }
}

function refuseUnfit({ zones, natGateways }: { zones: number; natGateways: number }): void {
  if (!Number.isInteger(zones) || zones < 2)
    throw new Error(`'zones' must be a whole number from 2, got ${zones}: a load balancer needs two`)
  if (!Number.isInteger(natGateways) || natGateways < 1 || natGateways > zones)
    throw new Error(
      `'natGateways' must be a whole number from 1 to the ${zones} zones, got ${natGateways}: tasks in private subnets reach the internet through one`,
    )
}

/** The region's first zones, left to CloudFormation: looked up, they would depend on who synthesizes, and without an account CDK plans for two. */
function zonesOfRegion(zones: number): string[] {
  return Array.from({ length: zones }, (_, zone) => Fn.select(zone, Fn.getAzs()))
}
