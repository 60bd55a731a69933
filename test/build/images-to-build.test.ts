import { describe, expect, it } from 'vitest'
import { appOfEnvironment } from '../../lib/config/app-of-environment.ts'
import type { AppConfig } from '../../lib/config/app-config.ts'
import { parseConfig } from '../../lib/config/read-config.ts'
import { type BuildTarget, imagesToBuild } from '../../lib/build/images-to-build.ts'
import { Refusal } from '../../lib/names/refusal.ts'

const registry = '123456789012.dkr.ecr.eu-west-1.amazonaws.com'

describe('the images that processes need', () => {
  it('are one where they share a repository, from the folder of tapit.yml', () => {
    const config = configOf('default: {}\n  worker: {}')

    const images = imagesToBuild([target('default', 'shop'), target('worker', 'shop')], { config })

    expect(images).toMatchObject([
      {
        name: 'shop',
        processes: ['default', 'worker'],
        path: '.',
        dockerfile: 'Dockerfile',
        platforms: ['linux/amd64'],
      },
    ])
  })

  it('are one each where processes have paths of their own', () => {
    const config = configOf(
      'default: { path: ./web, dockerfile: prod.Dockerfile, architecture: arm64 }\n  worker: { path: ./worker, build: { target: slim } }',
    )

    const images = imagesToBuild([target('default', 'shop/default'), target('worker', 'shop/worker')], {
      config,
    })

    expect(images).toMatchObject([
      { name: 'default', path: './web', dockerfile: 'prod.Dockerfile', platforms: ['linux/arm64'] },
      { name: 'worker', path: './worker', dockerfile: 'Dockerfile', settings: { target: 'slim' } },
    ])
  })

  it('are built for every architecture that runs them', () => {
    const config = configOf('default: {}\n  worker: { architecture: arm64 }')

    const images = imagesToBuild([target('default', 'shop'), target('worker', 'shop')], { config })

    expect(images[0]?.platforms).toEqual(['linux/amd64', 'linux/arm64'])
  })

  it('take the architecture of the task definition where there is no tapit.yml', () => {
    const targets: readonly BuildTarget[] = [{ ...target('default', 'shop'), architecture: 'ARM64' }]

    expect(imagesToBuild(targets, {})).toMatchObject([
      { path: '.', dockerfile: 'Dockerfile', platforms: ['linux/arm64'] },
    ])
  })

  it('take another Dockerfile where one image is built', () => {
    const images = imagesToBuild([target('default', 'shop')], { dockerfile: 'docker/production.Dockerfile' })

    expect(images[0]?.dockerfile).toBe('docker/production.Dockerfile')
  })
})

describe('refuses to guess', () => {
  it.each([
    {
      why: 'which folder, of several images without a tapit.yml',
      asked: () => imagesToBuild([target('default', 'shop/default'), target('worker', 'shop/worker')], {}),
      code: 'which_folder',
      says: ['default', 'worker', 'process=default', 'tapit init'],
    },
    {
      why: 'which image a dockerfile= is for',
      asked: () =>
        imagesToBuild([target('default', 'shop/default'), target('worker', 'shop/worker')], {
          config: configOf('default: { path: ./web }\n  worker: { path: ./worker }'),
          dockerfile: 'other.Dockerfile',
        }),
      code: 'which_image',
      says: ['dockerfile=other.Dockerfile', 'default, worker', 'process=default'],
    },
    {
      why: 'what a process is built from that tapit.yml does not know',
      asked: () => imagesToBuild([target('cron', 'shop')], { config: configOf('default: {}') }),
      code: 'process_not_in_config',
      says: ['"cron"', 'process=default'],
    },
    {
      why: 'what goes into a repository that two processes still share in the cluster',
      asked: () =>
        imagesToBuild([target('default', 'shop'), target('worker', 'shop')], {
          config: configOf('default: {}\n  worker: { path: ./worker }'),
        }),
      code: 'config_waiting',
      says: ['./worker', 'shop', 'cdk deploy'],
    },
  ])('$why', ({ asked, code, says }) => {
    const refusal = refusalOf(asked)

    expect(refusal.code).toBe(code)
    for (const part of says) expect(`${refusal.message} ${refusal.advice}`).toContain(part)
  })
})

function target(process: string, repository: string): BuildTarget {
  return { process, repository: `${registry}/${repository}` }
}

function configOf(processes: string): AppConfig {
  return appOfEnvironment(parseConfig(`app: shop\nprocesses:\n  ${processes}\n`, 'tapit.yml'), 'production')
}

function refusalOf(work: () => unknown): Refusal {
  try {
    work()
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('nothing was refused')
}
