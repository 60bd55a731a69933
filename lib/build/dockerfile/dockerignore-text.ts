/** What no image needs and what must not be in one; `ignored` is what the runtime adds. */
export function dockerignoreText(ignored: readonly string[]): string {
  return `${[
    '# Written by tapit: what is not sent to the build. Yours to change.',
    '',
    '# Secrets of your machine; those of the app come from tapit.yml when it runs.',
    '**/.env',
    '**/.env.local',
    '**/.env.*.local',
    '**/.env.development',
    '**/*.pem',
    '**/*.key',
    '',
    '# What changes without changing the image.',
    '.git',
    '.github',
    '.idea',
    '.vscode',
    '**/.DS_Store',
    'Dockerfile*',
    '.dockerignore',
    'compose*.y*ml',
    'docker-compose*.y*ml',
    'cdk.out',
    ...(ignored.length === 0 ? [] : ['', '# Made anew by the build.', ...new Set(ignored)]),
  ].join('\n')}\n`
}
