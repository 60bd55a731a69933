import { isRecord } from '../is-record.ts'
import { AwsError } from '../wire/aws-error.ts'
import type { SandboxClock } from '../world.ts'
import { type Dynalite, openDynalite } from './dynalite.ts'
import type { DynamoDbState, TableExtras } from './state.ts'

export type DynamoDbOptions = {
  readonly account: string
  readonly region: string
  readonly clock: SandboxClock
  readonly state: DynamoDbState
}

export type DynamoDb = {
  /** The answer's JSON; undefined for an operation that is not implemented. */
  call(operation: string, input: Input): Promise<Output> | undefined
  snapshot(): Promise<DynamoDbState>
}

type Input = Readonly<Record<string, unknown>>
type Output = Readonly<Record<string, unknown>>

/** Amazon DynamoDB: dynalite, and around it the settings of tables that dynalite does not know. */
export async function openDynamoDb({ account, region, clock, state }: DynamoDbOptions): Promise<DynamoDb> {
  const dynalite = await openDynalite({ account, region, entries: state.entries })
  const tables: Record<string, TableExtras> = Object.assign(Object.create(null), state.tables)
  const ours = new Map(Object.entries(settingsOf({ dynalite, tables, clock })))
  return {
    call: (operation, input) => ours.get(operation)?.(input) ?? dynalite.call(operation, input),
    snapshot: async () => ({ entries: await dynalite.entries(), tables: { ...tables } }),
  }
}

type Settings = {
  readonly dynalite: Dynalite
  readonly tables: Record<string, TableExtras>
  readonly clock: SandboxClock
}

type Operations = Readonly<Record<string, (input: Input) => Promise<Output>>>

function settingsOf({ dynalite, tables, clock }: Settings): Operations {
  const perform = (operation: string, input: Input): Promise<Output> => {
    const output = dynalite.call(operation, input)
    if (output === undefined) throw new Error(`dynalite has no ${operation}`)
    return output
  }
  const described = async (TableName: unknown): Promise<Output> => {
    const { Table } = await perform('DescribeTable', { TableName })
    return decorated(Table, tables)
  }
  const extrasOf = async (TableName: unknown): Promise<{ name: string; extras: TableExtras }> => {
    // Throws ResourceNotFoundException.
    await perform('DescribeTable', { TableName })
    const name = String(TableName)
    return { name, extras: tables[name] ?? { createdAt: clock.now(), deletionProtection: false } }
  }

  return {
    CreateTable: async input => {
      const { Tags, DeletionProtectionEnabled, TableClass, SSESpecification, ...rest } = input
      // Encryption is the default of every table, whichever key is asked for.
      if (SSESpecification !== undefined && !isRecord(SSESpecification)) throw mistyped('SSESpecification')
      const { TableDescription } = await perform('CreateTable', rest)
      const name = String(input['TableName'])
      tables[name] = {
        createdAt: clock.now(),
        deletionProtection: DeletionProtectionEnabled === true,
        ...(typeof TableClass === 'string' ? { tableClass: TableClass } : {}),
      }
      const description = decorated(TableDescription, tables)
      if (Array.isArray(Tags) && Tags.length > 0) {
        await perform('TagResource', { ResourceArn: description['TableArn'], Tags })
      }
      return { TableDescription: description }
    },

    DescribeTable: async ({ TableName }) => ({ Table: await described(TableName) }),

    UpdateTable: async input => {
      const { DeletionProtectionEnabled, TableClass, ...rest } = input
      const { name, extras } = await extrasOf(input['TableName'])
      // dynalite refuses an update that changes nothing it knows of.
      if (Object.keys(rest).length > 1) await perform('UpdateTable', rest)
      else if (DeletionProtectionEnabled === undefined && TableClass === undefined)
        await perform('UpdateTable', rest)
      tables[name] = {
        ...extras,
        ...(DeletionProtectionEnabled === undefined
          ? {}
          : { deletionProtection: DeletionProtectionEnabled === true }),
        ...(typeof TableClass === 'string' ? { tableClass: TableClass } : {}),
      }
      return { TableDescription: await described(name) }
    },

    DeleteTable: async input => {
      const { name, extras } = await extrasOf(input['TableName'])
      if (extras.deletionProtection) {
        throw new AwsError(
          'ValidationException',
          'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
        )
      }
      const { TableDescription } = await perform('DeleteTable', input)
      const description = decorated(TableDescription, tables)
      delete tables[name]
      return { TableDescription: description }
    },

    PutItem: input => withItemOnFailure(perform, { operation: 'PutItem', input }),
    UpdateItem: input => withItemOnFailure(perform, { operation: 'UpdateItem', input }),
    DeleteItem: input => withItemOnFailure(perform, { operation: 'DeleteItem', input }),

    UpdateTimeToLive: async ({ TableName, TimeToLiveSpecification: specification }) => {
      const { name, extras } = await extrasOf(TableName)
      if (!isRecord(specification) || typeof specification['AttributeName'] !== 'string') {
        throw mistyped('TimeToLiveSpecification')
      }
      const { AttributeName, Enabled } = specification
      const isEnabled = extras.timeToLiveAttribute !== undefined
      if (isEnabled === (Enabled === true)) {
        throw new AwsError(
          'ValidationException',
          `TimeToLive is already ${isEnabled ? 'enabled' : 'disabled'}`,
        )
      }
      tables[name] = { ...extras, timeToLiveAttribute: Enabled === true ? AttributeName : undefined }
      return { TimeToLiveSpecification: specification }
    },

    DescribeTimeToLive: async ({ TableName }) => {
      const { extras } = await extrasOf(TableName)
      if (extras.timeToLiveAttribute === undefined) {
        return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }
      }
      return {
        TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: extras.timeToLiveAttribute },
      }
    },

    UpdateContinuousBackups: async ({ TableName, PointInTimeRecoverySpecification: specification }) => {
      const { name, extras } = await extrasOf(TableName).catch(noTable(TableName))
      if (!isRecord(specification) || typeof specification['PointInTimeRecoveryEnabled'] !== 'boolean') {
        throw mistyped('PointInTimeRecoverySpecification')
      }
      const { PointInTimeRecoveryEnabled: enabled, RecoveryPeriodInDays: days } = specification
      const since = extras.pointInTimeRecovery?.since ?? clock.now()
      tables[name] = {
        ...extras,
        pointInTimeRecovery: enabled ? { since, days: typeof days === 'number' ? days : 35 } : undefined,
      }
      return continuousBackups(tables[name], clock)
    },

    DescribeContinuousBackups: async ({ TableName }) => {
      const { extras } = await extrasOf(TableName).catch(noTable(TableName))
      return continuousBackups(extras, clock)
    },
  }
}

function decorated(description: unknown, tables: Readonly<Record<string, TableExtras>>): Output {
  if (!isRecord(description)) throw new Error('dynalite described no table')
  const extras = tables[String(description['TableName'])]
  if (extras === undefined) return description
  const { BillingModeSummary: billing } = description
  const createdAt = extras.createdAt / 1000
  return {
    ...description,
    CreationDateTime: createdAt,
    ...(isRecord(billing)
      ? { BillingModeSummary: { ...billing, LastUpdateToPayPerRequestDateTime: createdAt } }
      : {}),
    DeletionProtectionEnabled: extras.deletionProtection,
    ...(extras.tableClass === undefined ? {} : { TableClassSummary: { TableClass: extras.tableClass } }),
  }
}

type Write = { readonly operation: 'PutItem' | 'UpdateItem' | 'DeleteItem'; readonly input: Input }

/** `ReturnValuesOnConditionCheckFailure`, which dynalite lacks: the item that the condition did not hold for. */
async function withItemOnFailure(
  perform: (operation: string, input: Input) => Promise<Output>,
  { operation, input }: Write,
): Promise<Output> {
  const { ReturnValuesOnConditionCheckFailure: wanted, ...rest } = input
  try {
    return await perform(operation, rest)
  } catch (error) {
    if (wanted !== 'ALL_OLD' || !(error instanceof AwsError)) throw error
    if (error.name !== 'ConditionalCheckFailedException') throw error
    const { TableName } = input
    const Key = input['Key'] ?? (await keyOf(perform, input))
    const { Item } = await perform('GetItem', { TableName, Key, ConsistentRead: true })
    throw new AwsError(error.name, error.message, Item === undefined ? {} : { Item })
  }
}

async function keyOf(
  perform: (operation: string, input: Input) => Promise<Output>,
  { TableName, Item }: Input,
): Promise<Input> {
  const { Table } = await perform('DescribeTable', { TableName })
  const schema = isRecord(Table) && Array.isArray(Table['KeySchema']) ? Table['KeySchema'] : []
  const names = schema.flatMap((element: unknown) =>
    isRecord(element) ? String(element['AttributeName']) : [],
  )
  return Object.fromEntries(names.map(name => [name, isRecord(Item) ? Item[name] : undefined]))
}

function continuousBackups({ pointInTimeRecovery: recovery }: TableExtras, clock: SandboxClock): Output {
  if (recovery === undefined) {
    const PointInTimeRecoveryDescription = { PointInTimeRecoveryStatus: 'DISABLED' }
    return {
      ContinuousBackupsDescription: { ContinuousBackupsStatus: 'ENABLED', PointInTimeRecoveryDescription },
    }
  }
  const { since, days } = recovery
  const earliest = Math.max(since, clock.now() - days * millisecondsPerDay)
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: {
        PointInTimeRecoveryStatus: 'ENABLED',
        RecoveryPeriodInDays: days,
        EarliestRestorableDateTime: earliest / 1000,
        LatestRestorableDateTime: Math.max(earliest, clock.now() - recoveryLag) / 1000,
      },
    },
  }
}

const millisecondsPerDay = 24 * 60 * 60 * 1000
/** "LatestRestorableDateTime is typically 5 minutes before the current time." */
const recoveryLag = 5 * 60 * 1000

function noTable(name: unknown): (error: unknown) => never {
  return error => {
    if (error instanceof AwsError && error.name === 'ResourceNotFoundException') {
      throw new AwsError('TableNotFoundException', `Table not found: ${String(name)}`)
    }
    throw error
  }
}

function mistyped(member: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: '${member}' is not what it must be`,
  )
}
