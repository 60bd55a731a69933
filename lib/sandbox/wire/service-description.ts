/** Everything about a service's protocol that must be known before its SDK client is loaded (a test compares the two). */
export type ServiceDescription = {
  /** The name that requests are signed for, and ours. */
  readonly id: ServiceId
  /** What AWS calls it. */
  readonly title: string
  /** Protocols it is served in; a client may choose any of them. */
  readonly json?: { readonly target: string; readonly version: '1.0' | '1.1' }
  readonly query?: { readonly version: string; readonly xmlNamespace: string }
  readonly cbor?: { readonly target: string }
  /** It once spoke Query, and tells Query's error codes beside its own in a header. */
  readonly queryCompatible?: boolean
  /** The error for a request without a required member, or with one that does not exist. */
  readonly invalidRequest: string
}

export type ServiceId =
  | 'ecs'
  | 'ecr'
  | 'elasticloadbalancing'
  | 'logs'
  | 'monitoring'
  | 'application-autoscaling'
  | 'ssm'
  | 'sts'
  | 'dynamodb'
