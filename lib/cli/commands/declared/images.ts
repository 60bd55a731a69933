import type { DeclaredCommand } from '../../argv/declared-command.ts'
import {
  buildKeys,
  overrideKey,
  pacingKeys,
  processes,
  strategyKey,
  timeout,
  wait,
  supersede,
} from '../shared-keys.ts'

/** Building, finding, copying and removing images. */
export const imageCommands: readonly DeclaredCommand[] = [
  {
    words: ['image', 'deploy'],
    group: 'Images',
    summary: 'Build images from source, push them and deploy them: build and deploy in one step.',
    keys: [
      ...buildKeys('The processes to build for and to deploy. Default: all of them.'),
      strategyKey(),
      { name: 'reason', summary: 'Why, for the history; --supersede needs it.' },
      overrideKey(),
      {
        name: 'rebuild',
        summary: 'A past deployment (dep_…) whose image is gone: build it again from its commit.',
        selects: true,
      },
      ...pacingKeys(),
    ],
    flags: [wait(), timeout(), supersede()],
    examples: [
      { line: 'tapit image deploy --wait', does: 'Build the working folder, deploy it and follow it.' },
      { line: 'tapit image deploy process=worker --wait', does: 'Only what one process needs.' },
      {
        line: 'tapit image deploy source=https://github.com/example-org/shop ref=main --wait',
        does: 'Out of a Git repository, in a clone of its own.',
      },
    ],
    load: async () => (await import('../image-deploy.ts')).imageDeploy,
  },
  {
    words: ['image', 'build'],
    group: 'Images',
    summary: 'Build the images of the app with Docker’s buildx, and push them to ECR.',
    keys: buildKeys('The processes whose images are built. Default: all of them.'),
    flags: [],
    examples: [
      { line: 'tapit image build', does: 'All images, tagged <branch>-<commit>.' },
      {
        line: 'tapit image build docker_tag=v1.4.0 tag=v1.4.0 cache=ecr',
        does: 'With a tag of your own and a cache in ECR.',
      },
      { line: 'tapit image build process=worker -o json', does: 'One image; its digest as JSON.' },
    ],
    load: async () => (await import('../image-build.ts')).imageBuild,
  },
  {
    words: ['image', 'login'],
    group: 'Images',
    summary: 'Log Docker in to the registry of the app, for twelve hours.',
    keys: [],
    flags: [],
    examples: [
      { line: 'tapit image login', does: 'Then docker pull and docker push work by hand.' },
      { line: 'tapit -e staging image login', does: 'For another environment.' },
    ],
    load: async () => (await import('../image-login.ts')).imageLogin,
  },
  {
    words: ['list', 'images'],
    group: 'Images',
    summary: 'The images that can be deployed, newest first: size, age, where they run.',
    keys: [
      processes('Only images of these processes.'),
      { name: 'limit', summary: 'How many, from 1 to 1000. Default: 20.', number: { min: 1, max: 1000 } },
    ],
    flags: [],
    examples: [
      { line: 'tapit list images', does: 'The newest 20 of each repository.' },
      { line: 'tapit list images process=worker limit=100 -o json', does: 'More of one process, as JSON.' },
    ],
    load: async () => (await import('../list-images.ts')).listImages,
  },
  {
    words: ['show', 'image'],
    group: 'Images',
    summary:
      'One image: commit, platforms, size, scan, and the deployments that used it. Exit code 3 if there is none.',
    keys: [
      { name: 'docker_tag', summary: 'Its tag, or sha256:….', selects: true },
      processes('In the repositories of these processes. Default: all of them.'),
    ],
    flags: [],
    examples: [
      { line: 'tapit show image docker_tag=v1.4.0', does: 'What is known of it.' },
      {
        line: 'tapit show image docker_tag=$GITHUB_SHA || tapit image build docker_tag=$GITHUB_SHA',
        does: 'In CI: build only what is not there yet.',
      },
    ],
    load: async () => (await import('../show-image.ts')).showImage,
  },
  {
    words: ['create', 'dockerfile'],
    group: 'Images',
    summary: 'Write a Dockerfile for what stands in the folder, and say what was seen and why.',
    keys: [{ name: 'path', summary: 'The folder. Default: this one.', selects: true }],
    flags: [{ name: 'dry-run', summary: 'Print it, and write nothing.' }],
    examples: [
      { line: 'tapit create dockerfile', does: 'For this folder; never over one that is there.' },
      { line: 'tapit create dockerfile path=services/web --dry-run', does: 'Look first.' },
    ],
    load: async () => (await import('../create-dockerfile.ts')).createDockerfile,
  },
  {
    words: ['prune', 'images'],
    group: 'Images',
    summary: 'Delete images and revisions that nothing runs and no rollback needs.',
    keys: [
      processes('Only in the repositories of these processes. Default: all of them.'),
      {
        name: 'keep',
        summary: 'How many images are kept, from 1 to 1000. Default: images.keep of tapit.yml, as deployed.',
        number: { min: 1, max: 1000 },
      },
    ],
    flags: [{ name: 'dry-run', summary: 'Show what would go and what stays and why, and stop.' }],
    examples: [
      { line: 'tapit prune images --dry-run', does: 'What would go.' },
      { line: 'tapit prune images keep=20 --yes', does: 'All but the newest 20 and what is needed.' },
    ],
    load: async () => (await import('../prune-images.ts')).pruneImages,
  },
  {
    words: ['copy', 'image'],
    group: 'Images',
    summary: 'Copy an image by digest, with all its platforms, to another repository, account or region.',
    keys: [
      { name: 'docker_tag', summary: 'Its tag, or sha256:….', selects: true },
      {
        name: 'from',
        summary: 'An environment of tapit.yml, or a repository: its name or URI.',
        selects: true,
      },
      {
        name: 'to',
        summary: 'An environment of tapit.yml, or a repository: its name or URI.',
        selects: true,
      },
      processes('With environments: the images of these processes. Default: all of them.'),
    ],
    flags: [],
    examples: [
      {
        line: 'tapit copy image docker_tag=v1.4.0 from=staging to=production',
        does: 'From one environment to another.',
      },
      {
        line: 'tapit copy image docker_tag=v1.4.0 from=shop to=444455556666.dkr.ecr.us-east-1.amazonaws.com/shop',
        does: 'To another account and region.',
      },
    ],
    load: async () => (await import('../copy-image.ts')).copyImage,
  },
]
