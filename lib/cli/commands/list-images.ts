import { listImages as readImages } from '../../actions/images/list-images.ts'
import { exitCodes } from '../../names/refusal.ts'
import { listed } from '../argv/listed.ts'
import type { Handler } from '../command.ts'
import { openContext } from '../context.ts'
import { printResult } from '../print-result.ts'

const defaultLimit = 20

export const listImages: Handler = async (invocation, io) => {
  const { process, limit } = invocation.keys
  const { app, environment, ports } = await openContext(invocation, io)
  const list = await readImages(
    {
      app,
      limit: limit === undefined ? defaultLimit : Number(limit),
      ...(environment !== undefined && { environment }),
      ...(process !== undefined && { processes: listed(process) }),
    },
    ports,
  )
  await printResult(
    { invocation, io },
    {
      document: async () => (await import('../report/json/image-list-document.ts')).imageListDocument(list),
      text: async view => (await import('../report/list-images.ts')).listImages(list, view),
    },
  )
  return exitCodes.done
}
