/** Parameter Store's memory. Times are milliseconds since the epoch. */
export type SsmState = {
  /** By full name. */
  readonly parameters: Record<string, ParameterState>
}

export type ParameterState = {
  readonly name: string
  readonly type: 'String' | 'StringList' | 'SecureString'
  readonly value: string
  readonly version: number
  readonly modifiedAt: number
  readonly description?: string
  readonly tier: 'Standard' | 'Advanced'
  readonly dataType: string
  readonly keyId?: string
  readonly allowedPattern?: string
  readonly tags: Readonly<Record<string, string>>
}

export function emptySsm(): SsmState {
  return { parameters: {} }
}
