import { dockerfileText } from './dockerfile-text.ts'
import { execForm } from './exec-form.ts'
import { healthCheck } from './health-check.ts'

export type JavaTool = {
  readonly name: 'maven' | 'gradle'
  /** It brings its own version along. */
  readonly hasWrapper: boolean
  /** What says which libraries it needs. */
  readonly files: readonly string[]
}

export type JavaDockerfileOptions = {
  /** `21`. */
  readonly version: string
  readonly tool: JavaTool
  readonly kind: 'Spring Boot' | 'Quarkus' | 'plain'
  readonly port?: number
  readonly portVariable: 'PORT' | 'SERVER_PORT' | 'QUARKUS_HTTP_PORT' | undefined
  readonly healthPath: string
  readonly command: readonly string[]
}

export function javaDockerfile(options: JavaDockerfileOptions): string {
  return dockerfileText([
    options.tool.name === 'maven' ? mavenStage(options) : gradleStage(options),
    lastStage(options),
  ])
}

function mavenStage({ version, tool, kind }: JavaDockerfileOptions): readonly string[] {
  const maven = tool.hasWrapper ? 'sh mvnw' : 'mvn'
  const cache = '--mount=type=cache,target=/root/.m2'
  return [
    `FROM ${tool.hasWrapper ? `eclipse-temurin:${version}-jdk` : `maven:3-eclipse-temurin-${version}`} AS build`,
    'WORKDIR /src',
    '# Libraries before sources: they are downloaded anew only when these files change.',
    ...(tool.hasWrapper ? ['COPY mvnw ./', 'COPY .mvn ./.mvn'] : []),
    `COPY ${tool.files.join(' ')} ./`,
    `RUN ${cache} ${maven} -B -q dependency:go-offline`,
    'COPY . .',
    `RUN ${cache} ${maven} -B -DskipTests package${kind === 'plain' ? ' dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=target/lib' : ''} \\`,
    `    && mkdir /out && ${mavenResult[kind]}`,
  ]
}

/** Beside the one that runs a build may leave others: of sources, of documentation, the one before repackaging. */
const jar = (folder: string) =>
  `find ${folder} -maxdepth 1 -name '*.jar' ! -name '*-sources.jar' ! -name '*-javadoc.jar' ! -name '*-plain.jar' ! -name 'original-*'`

const mavenResult: Readonly<Record<JavaDockerfileOptions['kind'], string>> = {
  'Spring Boot': `cp "$(${jar('target')} | head -n 1)" /out/app.jar`,
  Quarkus: 'cp -r target/quarkus-app/. /out/',
  plain: `mkdir -p target/lib && ${jar('target')} -exec cp {} target/lib/ \\; && cp -r target/lib /out/lib`,
}

function gradleStage({ version, tool, kind }: JavaDockerfileOptions): readonly string[] {
  const gradle = `${tool.hasWrapper ? 'sh gradlew' : 'gradle'} --no-daemon`
  const cache = `--mount=type=cache,target=/root/.gradle`
  return [
    `FROM ${tool.hasWrapper ? `eclipse-temurin:${version}-jdk` : `gradle:8-jdk${version}`} AS build`,
    'WORKDIR /src',
    'ENV GRADLE_USER_HOME=/root/.gradle',
    '# Libraries before sources: they are downloaded anew only when these files change.',
    ...(tool.hasWrapper ? ['COPY gradlew ./', 'COPY gradle ./gradle'] : []),
    `COPY ${tool.files.join(' ')} ./`,
    `RUN ${cache} ${gradle} -q dependencies`,
    'COPY . .',
    `RUN ${cache} ${gradle} ${gradleTasks[kind]} && mkdir /out \\`,
    `    && ${gradleResult[kind]}`,
  ]
}

const gradleTasks: Readonly<Record<JavaDockerfileOptions['kind'], string>> = {
  'Spring Boot': 'bootJar',
  Quarkus: 'quarkusBuild',
  // Of the plugin "application": the jar and the libraries beside each other.
  plain: 'installDist',
}

const gradleResult: Readonly<Record<JavaDockerfileOptions['kind'], string>> = {
  'Spring Boot': `cp "$(${jar('build/libs')} | head -n 1)" /out/app.jar`,
  Quarkus: 'cp -r build/quarkus-app/. /out/',
  plain: 'cp -r build/install/*/lib /out/lib',
}

function lastStage({
  version,
  port,
  portVariable,
  healthPath,
  command,
}: JavaDockerfileOptions): readonly (string | undefined)[] {
  return [
    `FROM eclipse-temurin:${version}-jre`,
    '# Java takes a quarter of the memory unless told; the rest of the task is its alone. Out of memory, it ends and ECS starts another.',
    'ENV JAVA_TOOL_OPTIONS="-XX:MaxRAMPercentage=75 -XX:+ExitOnOutOfMemoryError"',
    port !== undefined && portVariable !== undefined ? `ENV ${portVariable}=${port}` : undefined,
    'WORKDIR /app',
    'COPY --from=build /out ./',
    '# A number, so that it can be checked that this is not root.',
    'USER 10001:10001',
    ...(port === undefined
      ? []
      : [
          `EXPOSE ${port}`,
          healthCheck({
            by: 'bash',
            port,
            path: healthPath,
            ...(portVariable !== undefined && { variable: portVariable }),
          }),
        ]),
    `CMD ${execForm(command)}`,
  ]
}
