import { encodeTime } from 'ulid'

import type { Deployment } from '../../deployment/deployment.ts'
import { statusOf } from '../../deployment/projections.ts'
import type { Instant } from '../../deployment/state.ts'
import { Refusal } from '../../names/refusal.ts'
import type { ApprovalItem } from '../../records/approval.ts'
import type { Group } from '../../records/group.ts'
import type { Lease } from '../../records/lease.ts'
import type { Pointer, StoppedPointer } from '../../records/pointer.ts'
import type { ListOptions, Records, Stored } from '../../records/records.ts'
import { afterPageToken, pageToken } from './page-token.ts'
import { type Item, itemOf, type ReadItem, readItem } from './record-items.ts'
import { approvalPartition, partition, type RecordKey, recordKey } from './record-keys.ts'
import { type Condition, keyOf, type Page, recordTable, type RecordTableOptions } from './record-table.ts'
import { trimmedDeployment } from './trimmed-deployment.ts'

export type DynamoDbRecordsOptions = RecordTableOptions & {
  /** Random: marks every write, so that a write whose answer was lost is known again. */
  readonly newToken: () => string
}

const isNew: Condition = { expression: 'attribute_not_exists(pk)' }
/** With a filter most items that are looked at may be left out; a page of so many is read in one call. */
const filteredPage = 200
/** DynamoDB's limit for IN. */
const mostOperands = 100

/**
 * The records in one DynamoDB table. The SDK repeats a conditional write whose answer was lost, and the repetition then fails on our own
 * first write. So a failed condition is never the answer: what stands there now is read, and says whose it is.
 */
export function dynamoDbRecords({ newToken, ...options }: DynamoDbRecordsOptions): Records {
  const table = recordTable(options)

  async function read<Record>(key: RecordKey): Promise<ReadItem<Record> | undefined> {
    const item = await table.get(key)
    return item && readItem<Record>(item)
  }

  /** Whether this very write is in the table, whatever the answers were. */
  async function write(item: Item, condition: Condition): Promise<boolean> {
    if (await table.put(item, condition)) return true
    const standing = await table.get(keyOf(item))
    return standing?.['write']?.S !== undefined && standing['write'].S === item['write']?.S
  }

  async function writeDeployment(
    deployment: Deployment,
    { version, condition }: { version: number; condition: Condition },
  ): Promise<Stored<Deployment> | undefined> {
    const record = trimmedDeployment(deployment)
    const item = itemOf({
      key: recordKey(deployment.app, 'deployment', deployment.id),
      version,
      write: newToken(),
      attributes: { process: deployment.process, status: statusOf(deployment.state) },
      record,
    })
    return (await write(item, condition)) ? { record, version } : undefined
  }

  async function leaseIn(app: string, process: string): Promise<Lease | undefined> {
    const found = await read<Lease>(recordKey(app, 'lease', process))
    return found?.record
  }

  async function allPointers(app: string): Promise<readonly (Pointer | StoppedPointer)[]> {
    const items = await table.queryAll(partition(app, 'pointer'))
    return items.map(item => readItem<Pointer | StoppedPointer>(item).record)
  }

  function pointerItem(pointer: Pointer | StoppedPointer): { readonly key: RecordKey; readonly item: Item } {
    const { app, process, ecsCreatedAt } = pointer
    const key = recordKey(app, 'pointer', process)
    const item = itemOf({ key, version: 1, write: newToken(), attributes: { ecsCreatedAt }, record: pointer })
    return { key, item }
  }

  return {
    async createGroup(group) {
      const key = recordKey(group.app, 'group', group.id)
      const item = itemOf({ key, version: 1, write: newToken(), record: group })
      if (!(await write(item, isNew))) throw alreadyThere(group.id)
    },

    async group(app, id) {
      const found = await read<Group>(recordKey(app, 'group', id))
      return found?.record
    },

    async newestGroup(app) {
      const { items } = await table.query({ partition: partition(app, 'group'), newestFirst: true, limit: 1 })
      const [item] = items
      return item && readItem<Group>(item).record
    },

    async createDeployment(deployment) {
      const stored = await writeDeployment(deployment, { version: 1, condition: isNew })
      if (stored === undefined) throw alreadyThere(deployment.id)
      return stored
    },

    async saveDeployment(deployment, version) {
      const condition = { expression: '#version = :version', values: { ':version': version } }
      return (await writeDeployment(deployment, { version: version + 1, condition })) ?? 'conflict'
    },

    async deployment(app, id) {
      const found = await read<Deployment>(recordKey(app, 'deployment', id))
      return found && storedOf(found)
    },

    async deployments(app, ids) {
      const unique = [...new Set(ids)]
      const items = await table.getAll(unique.map(id => recordKey(app, 'deployment', id)))
      const byId = new Map(items.map(item => [keyOf(item).sk, storedOf(readItem<Deployment>(item))]))
      return unique.flatMap(id => byId.get(id) ?? [])
    },

    async listDeployments({ app, processes, status, initiator, since, limit, from, isOneQuery = false }) {
      if (processes?.length === 0) return { deployments: [] }
      const notBefore = since === undefined ? undefined : firstIdOf(since)
      const filter = filterOf({ processes: isTooLong(processes) ? undefined : processes, status, initiator })
      const isAskedFor = (item: Item): boolean => processes?.includes(item['process']?.S ?? '') ?? true
      const found: Item[] = []
      let after = from === undefined ? undefined : recordKey(app, 'deployment', afterPageToken(from, app))
      // Where time has gone by since the page before, that one was the last.
      let isLast = after !== undefined && notBefore !== undefined && after.sk < notBefore
      // One more than asked for tells whether there is a next page.
      while (found.length <= limit && !isLast) {
        const page = await table.query({
          partition: partition(app, 'deployment'),
          newestFirst: true,
          ...pageLimit({
            isFiltered: filter !== undefined || processes !== undefined,
            missing: limit + 1 - found.length,
            isOneQuery,
          }),
          ...(after && { after }),
          ...(notBefore !== undefined && { notBefore }),
          ...(filter && { filter }),
        })
        found.push(...page.items.filter(isAskedFor))
        isLast = page.isLast
        after = page.lastKey && keyOf(page.lastKey)
        if (isOneQuery) break
      }
      const deployments = found.slice(0, limit).map(item => storedOf(readItem<Deployment>(item)))
      const last = deployments.at(-1)
      if (found.length > limit && last !== undefined)
        return { deployments, next: pageToken({ app, after: last.record.id }) }
      if (isLast || after === undefined) return { deployments }
      return { deployments, next: pageToken({ app, after: after.sk }) }
    },

    async createApproval(approval) {
      const { app, userId, deploymentId } = approval
      const key = { pk: approvalPartition(app, userId), sk: deploymentId }
      const item = itemOf({ key, version: 1, write: newToken(), record: approval })
      if (await write(item, isNew)) return approval
      return (await read<ApprovalItem>(key))?.record ?? approval
    },

    async approvals(app, deploymentId, userIds) {
      const keys = [...new Set(userIds)].map(userId => ({
        pk: approvalPartition(app, userId),
        sk: deploymentId,
      }))
      if (keys.length === 0) return []
      // The key tells whose word it is; what stands in the item is only what they wrote.
      return (await table.getAll(keys)).flatMap(item => {
        const { record } = readItem<ApprovalItem>(item)
        return keyOf(item).pk === approvalPartition(app, record.userId) ? [record] : []
      })
    },

    pointers: async app => (await allPointers(app)).filter(pointer => !isStopped(pointer)),

    async movePointer(pointer) {
      const { ecsCreatedAt } = pointer
      const { key, item } = pointerItem(pointer)
      const expression = 'attribute_not_exists(pk) OR ecsCreatedAt < :mine'
      if (await write(item, { expression, values: { ':mine': ecsCreatedAt } })) return true
      // Whoever finalizes a deployment a second time finds it there already.
      const standing = await read<Pointer>(key)
      return standing !== undefined && !isStopped(standing.record) && isOfSame(standing.record, pointer)
    },

    stoppedPointers: async app => (await allPointers(app)).filter(isStopped),

    async stopPointer(pointer) {
      const { ecsCreatedAt } = pointer
      // The time stays: a command that slept through the stop must not make an older deployment the active one.
      const { key, item } = pointerItem(pointer)
      if (await write(item, { expression: 'ecsCreatedAt = :mine', values: { ':mine': ecsCreatedAt } }))
        return true
      const standing = await read<Pointer>(key)
      return standing !== undefined && isStopped(standing.record) && isOfSame(standing.record, pointer)
    },

    async leases(app) {
      const items = await table.queryAll(partition(app, 'lease'))
      return items.map(item => readItem<Lease>(item).record)
    },

    lease: leaseIn,

    async takeLease(lease, replacing) {
      const isTaken = await write(
        leaseItem(lease, newToken()),
        replacing === undefined ? isNew : freeOrStill(replacing),
      )
      if (isTaken) return { taken: true }
      const held = await leaseIn(lease.app, lease.process)
      return isSameLease(held, lease) ? { taken: true } : { taken: false, held }
    },

    async renewLease(lease, now) {
      const renewed: Lease = { ...lease, version: lease.version + 1, renewedAt: now }
      if (await write(leaseItem(renewed, newToken()), stillHeld(lease))) return renewed
      const standing = await leaseIn(lease.app, lease.process)
      return standing !== undefined && isSameLease(standing, renewed) ? standing : 'lost'
    },

    async releaseLease(lease) {
      const { holder, version } = lease
      await table.remove(recordKey(lease.app, 'lease', lease.process), {
        // A renewal of our own may be on its way; only another holder's lease stays.
        expression: '#holder = :holder AND #version >= :version',
        values: { ':holder': holder, ':version': version },
      })
    },
  }
}

function storedOf({ record, version }: ReadItem<Deployment>): Stored<Deployment> {
  return { record, version }
}

function isStopped(pointer: Pointer | StoppedPointer): pointer is StoppedPointer {
  return 'stop' in pointer
}

function isOfSame(one: Pointer, other: Pointer): boolean {
  return one.deploymentId === other.deploymentId && one.ecsCreatedAt === other.ecsCreatedAt
}

function leaseItem(lease: Lease, write: string): Item {
  const { app, process, holder, version } = lease
  return itemOf({
    key: recordKey(app, 'lease', process),
    version,
    write,
    attributes: { holder },
    record: lease,
  })
}

function stillHeld({ holder, version }: Lease): Condition {
  return {
    expression: '#holder = :holder AND #version = :version',
    values: { ':holder': holder, ':version': version },
  }
}

function freeOrStill(replacing: Lease): Condition {
  const { expression, values } = stillHeld(replacing)
  return { expression: `attribute_not_exists(pk) OR (${expression})`, ...(values && { values }) }
}

function isSameLease(one: Lease | undefined, other: Lease): boolean {
  return one?.holder === other.holder && one.version === other.version
}

/** More than one expression takes: then the items are sifted here. */
function isTooLong(processes: readonly string[] | undefined): boolean {
  return processes !== undefined && processes.length > mostOperands
}

/** DynamoDB looks at a megabyte of items unless it is told fewer. */
function pageLimit({
  isFiltered,
  missing,
  isOneQuery,
}: {
  readonly isFiltered: boolean
  readonly missing: number
  readonly isOneQuery: boolean
}): { limit?: number } {
  if (!isFiltered) return { limit: missing }
  return isOneQuery ? {} : { limit: filteredPage }
}

/** Ids begin with the time that they were made at, so that they sort by it (adapters/ids.ts). */
function firstIdOf(since: Instant): string {
  return `dep_${encodeTime(Math.max(0, since)).toLowerCase()}`
}

function filterOf({
  processes,
  status,
  initiator,
}: Pick<ListOptions, 'processes' | 'status' | 'initiator'>): Page['filter'] {
  const values = Object.fromEntries((processes ?? []).map((process, index) => [`:process${index}`, process]))
  const parts = [
    ...(processes === undefined ? [] : [`#process IN (${Object.keys(values).join(', ')})`]),
    ...(status === undefined ? [] : ['#status = :status']),
    ...(initiator === undefined ? [] : ['(#record.#initiator = :initiator OR #record.#caller = :initiator)']),
  ]
  if (parts.length === 0) return undefined
  return {
    expression: parts.join(' AND '),
    values: {
      ...values,
      ...(status !== undefined && { ':status': status }),
      ...(initiator !== undefined && { ':initiator': initiator }),
    },
    names: {
      ...(processes !== undefined && { '#process': 'process' }),
      ...(status !== undefined && { '#status': 'status' }),
      ...(initiator !== undefined && { '#record': 'record', '#initiator': 'initiator', '#caller': 'caller' }),
    },
  }
}

function alreadyThere(id: string): Refusal {
  return new Refusal({
    code: 'record_exists',
    message: `there is already a record ${id}; nothing was written`,
    advice: `tapit show deploy id=${id}`,
  })
}
