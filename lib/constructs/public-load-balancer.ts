import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import type * as acm from 'aws-cdk-lib/aws-certificatemanager'
import * as ec2 from 'aws-cdk-lib/aws-ec2'
import * as elb from 'aws-cdk-lib/aws-elasticloadbalancingv2'
import * as s3 from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { loadBalancerName } from '../names/aws.ts'

export interface PublicLoadBalancerProps {
  /** The app in its environment: the cluster's name. */
  readonly app: string
  /** A network with public subnets in two zones. */
  readonly vpc: ec2.IVpc
  /**
   * The certificate of the app's domain, in the same region.
   * @default - it answers over HTTP, at its own name
   */
  readonly certificate?: acm.ICertificate
  /**
   * Who reaches the new tasks of a deployment before the public does: on port 8443, or 8080 without a certificate.
   * @default - nobody
   */
  readonly testTraffic?: ec2.IPeer
  /**
   * Whether the load balancer cannot be deleted until this is switched off. Its address is what the world knows.
   * @default true
   */
  readonly deletionProtection?: boolean
  /**
   * Where each request is logged. The stack's region must be known, since what may write there differs by region.
   * @default - a bucket of its own, which keeps them for 90 days and outlives the stack
   */
  readonly accessLogs?: s3.IBucket
}

const accessLogDays = 90

/** The load balancer of an app, open to the internet. What no process's rule takes is answered with 404. */
export class PublicLoadBalancer extends Construct {
  readonly loadBalancer: elb.ApplicationLoadBalancer
  /** Takes the public's requests: port 443 with a certificate, else 80. */
  readonly listener: elb.ApplicationListener
  /** Leads to the new tasks of a deployment before the other does: port 8443 with a certificate, else 8080. */
  readonly testListener: elb.ApplicationListener

  constructor(scope: Construct, id: string, props: PublicLoadBalancerProps) {
    super(scope, id)
    const { app, vpc, certificate, testTraffic, deletionProtection = true } = props
    const { accessLogs = this.defineAccessLogs() } = props

    this.loadBalancer = this.defineLoadBalancer({ app, vpc, deletionProtection })
    this.loadBalancer.logAccessLogs(accessLogs)
    this.listener = this.defineListener(certificate)
    this.testListener = this.defineTestListener(certificate)
    if (testTraffic) this.testListener.connections.allowDefaultPortFrom(testTraffic, 'Test traffic')
  }

  private defineLoadBalancer({
    app,
    vpc,
    deletionProtection,
  }: Required<
    Pick<PublicLoadBalancerProps, 'app' | 'vpc' | 'deletionProtection'>
  >): elb.ApplicationLoadBalancer {
    const securityGroup = new ec2.SecurityGroup(this, 'SecurityGroup', {
      vpc,
      description: `Load balancer of ${app}`,
      allowAllOutbound: false,
    })
    Validations.of(securityGroup).acknowledge({
      id: 'AwsSolutions-EC23',
      reason:
        'The public load balancer is what the internet is meant to reach, on the ports of its listeners only.',
    })
    return new elb.ApplicationLoadBalancer(this, 'Resource', {
      loadBalancerName: loadBalancerName(app),
      vpc,
      internetFacing: true,
      securityGroup,
      deletionProtection,
      dropInvalidHeaderFields: true,
    })
  }

  /** Port 80 stays one listener when a certificate comes later: CloudFormation would make a second one on the port before the first goes. */
  private defineListener(certificate: acm.ICertificate | undefined): elb.ApplicationListener {
    const onPort80 = this.loadBalancer.addListener('Http', {
      ...http,
      port: 80,
      open: true,
      ...(certificate && { defaultAction: toHttps }),
    })
    return certificate === undefined
      ? onPort80
      : this.loadBalancer.addListener('Https', { ...https(certificate), port: 443, open: true })
  }

  private defineTestListener(certificate: acm.ICertificate | undefined): elb.ApplicationListener {
    return certificate === undefined
      ? this.loadBalancer.addListener('Test', { ...http, port: 8080, open: false })
      : this.loadBalancer.addListener('Test', { ...https(certificate), port: 8443, open: false })
  }

  /** The load balancer writes only to buckets with S3's own encryption, and only from its own region. */
  private defineAccessLogs(): s3.Bucket {
    const bucket = new s3.Bucket(this, 'AccessLogs', {
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      encryption: s3.BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      lifecycleRules: [
        {
          expiration: Duration.days(accessLogDays),
          abortIncompleteMultipartUploadAfter: Duration.days(1),
        },
      ],
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    })
    Validations.of(bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason:
        'The bucket holds the access logs themselves; logs of who reads them would need a further bucket.',
    })
    return bucket
  }
}

const notFound = elb.ListenerAction.fixedResponse(404, {
  contentType: 'text/plain',
  messageBody: 'Not found',
})

const toHttps = elb.ListenerAction.redirect({ protocol: 'HTTPS', port: '443', permanent: true })

const http = { protocol: elb.ApplicationProtocol.HTTP, defaultAction: notFound } as const

function https(certificate: acm.ICertificate): elb.BaseApplicationListenerProps {
  return {
    protocol: elb.ApplicationProtocol.HTTPS,
    certificates: [certificate],
    sslPolicy: elb.SslPolicy.RECOMMENDED_TLS,
    defaultAction: notFound,
  }
}
