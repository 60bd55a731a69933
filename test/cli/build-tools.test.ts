import { afterEach, expect, it } from 'vitest'
import { systemClock } from '../../lib/adapters/system-clock.ts'
import { openBuildTools } from '../../lib/cli/context.ts'
import type { Io } from '../../lib/cli/io.ts'
import { type StandIn, standInDocker } from '../adapters/docker/stand-in-docker.ts'

let standIn: StandIn | undefined
afterEach(() => standIn?.remove())

it('lets Docker’s credential helpers ask AWS as the profile of tapit.yml, and at no other endpoint', async () => {
  standIn = await standInDocker('echo "Platforms: linux/$AWS_PROFILE$AWS_ENDPOINT_URL"')
  const io = { env: standIn.env, clock: systemClock } as Partial<Io> as Io
  const awsEnv = { AWS_PROFILE: 'shopprod', AWS_ENDPOINT_URL: 'elsewhere' }

  const { docker } = await openBuildTools(io, { awsEnv })

  expect(await docker.platforms()).toEqual(['linux/shopprod'])
})
