import type { AttributeValue } from '@aws-sdk/client-dynamodb'

import { Refusal } from '../../names/refusal.ts'
import { fromAttribute, toAttributes } from './attribute-values.ts'
import type { RecordKey } from './record-keys.ts'

/** Grows when a record's shape changes so that older versions of tapit would misread it. */
const recordSchema = 1

export type Item = Record<string, AttributeValue>

/** What stands in an item beside its record. */
export type ItemOptions = {
  readonly key: RecordKey
  readonly version: number
  /** Random, one per write: tells after a lost answer whether it was this write that arrived. */
  readonly write: string
  /** Attributes that conditions and filters look at. */
  readonly attributes?: Readonly<Record<string, string | number>>
  readonly record: object
}

export type ReadItem<Record> = { readonly record: Record; readonly version: number; readonly write?: string }

/** A record as one item: the keys, what is asked for by conditions and filters, and the record itself as a native map. */
export function itemOf({ key, version, write, attributes = {}, record }: ItemOptions): Item {
  return toAttributes({ ...attributes, ...key, version, schema: recordSchema, write, record })
}

/** The record of an item. One that a newer tapit wrote is refused rather than misread. */
export function readItem<Record>(item: Item): ReadItem<Record> {
  const place = `${item['pk']?.S ?? '?'} ${item['sk']?.S ?? '?'}`
  const schema = Number(item['schema']?.N)
  if (schema > recordSchema) {
    throw new Refusal({
      code: 'record_newer',
      message: `a newer version of tapit wrote the record ${place} (schema ${schema}, this version reads ${recordSchema})`,
      advice: 'update tapit: npm install --global tapit@latest',
    })
  }
  const record = item['record']
  const version = Number(item['version']?.N)
  if (schema !== recordSchema || !Number.isInteger(version) || record?.M === undefined) {
    throw new Refusal({
      code: 'record_unreadable',
      message: `the item ${place} of the table is not a record of tapit`,
      advice: `look at it: aws dynamodb get-item --table-name tapit --key '{"pk":{"S":"${item['pk']?.S ?? ''}"},"sk":{"S":"${item['sk']?.S ?? ''}"}}'`,
    })
  }
  const write = item['write']?.S
  return { record: fromAttribute(record) as Record, version, ...(write !== undefined && { write }) }
}
