import batchGetItem from 'dynalite/actions/batchGetItem.js'
import batchWriteItem from 'dynalite/actions/batchWriteItem.js'
import createTable from 'dynalite/actions/createTable.js'
import deleteItem from 'dynalite/actions/deleteItem.js'
import deleteTable from 'dynalite/actions/deleteTable.js'
import describeTable from 'dynalite/actions/describeTable.js'
import getItem from 'dynalite/actions/getItem.js'
import listTables from 'dynalite/actions/listTables.js'
import listTagsOfResource from 'dynalite/actions/listTagsOfResource.js'
import putItem from 'dynalite/actions/putItem.js'
import query from 'dynalite/actions/query.js'
import scan from 'dynalite/actions/scan.js'
import tagResource from 'dynalite/actions/tagResource.js'
import untagResource from 'dynalite/actions/untagResource.js'
import updateItem from 'dynalite/actions/updateItem.js'
import updateTable from 'dynalite/actions/updateTable.js'
import batchGetItemInput from 'dynalite/validations/batchGetItem.js'
import batchWriteItemInput from 'dynalite/validations/batchWriteItem.js'
import createTableInput from 'dynalite/validations/createTable.js'
import deleteItemInput from 'dynalite/validations/deleteItem.js'
import deleteTableInput from 'dynalite/validations/deleteTable.js'
import describeTableInput from 'dynalite/validations/describeTable.js'
import getItemInput from 'dynalite/validations/getItem.js'
import listTablesInput from 'dynalite/validations/listTables.js'
import listTagsOfResourceInput from 'dynalite/validations/listTagsOfResource.js'
import putItemInput from 'dynalite/validations/putItem.js'
import queryInput from 'dynalite/validations/query.js'
import scanInput from 'dynalite/validations/scan.js'
import tagResourceInput from 'dynalite/validations/tagResource.js'
import untagResourceInput from 'dynalite/validations/untagResource.js'
import updateItemInput from 'dynalite/validations/updateItem.js'
import updateTableInput from 'dynalite/validations/updateTable.js'

/** dynalite's operations: the action, and what it knows of the input. Listed one by one so that a bundler finds them. */
export const dynaliteOperations: Readonly<Record<string, DynaliteOperation>> = {
  BatchGetItem: { act: batchGetItem, input: batchGetItemInput },
  BatchWriteItem: { act: batchWriteItem, input: batchWriteItemInput },
  CreateTable: { act: createTable, input: createTableInput },
  DeleteItem: { act: deleteItem, input: deleteItemInput },
  DeleteTable: { act: deleteTable, input: deleteTableInput },
  DescribeTable: { act: describeTable, input: describeTableInput },
  GetItem: { act: getItem, input: getItemInput },
  ListTables: { act: listTables, input: listTablesInput },
  ListTagsOfResource: { act: listTagsOfResource, input: listTagsOfResourceInput },
  PutItem: { act: putItem, input: putItemInput },
  Query: { act: query, input: queryInput },
  Scan: { act: scan, input: scanInput },
  TagResource: { act: tagResource, input: tagResourceInput },
  UntagResource: { act: untagResource, input: untagResourceInput },
  UpdateItem: { act: updateItem, input: updateItemInput },
  UpdateTable: { act: updateTable, input: updateTableInput },
}

export type DynaliteOperation = {
  readonly act: typeof putItem
  readonly input: typeof putItemInput
}
