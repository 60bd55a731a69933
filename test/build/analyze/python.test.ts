import { describe, expect, it } from 'vitest'
import { detected, unknownBecause } from '../detected.ts'

const fastApi = 'from fastapi import FastAPI\n\napp = FastAPI()\n'
const requirements = 'fastapi==0.121.2\nuvicorn==0.38.0\n'

describe('the entry of a Python app', () => {
  it.each([
    [{ 'main.py': fastApi }, 'main:app'],
    [{ 'service/api/main.py': fastApi }, 'service.api.main:app'],
    [{ 'src/shop/web.py': fastApi }, 'shop.web:app'],
    [{ 'shop/__init__.py': fastApi }, 'shop:app'],
    [{ 'main.py': 'import fastapi\n\napi: fastapi.FastAPI = fastapi.FastAPI(title="x")\n' }, 'main:api'],
    [{ 'tests/main.py': fastApi, 'web.py': fastApi }, 'web:app'],
    [{ 'test_main.py': fastApi, 'z.py': fastApi }, 'z:app'],
    [{ 'shop/factory.py': 'def create_app():\n    return FastAPI()\n' }, 'shop.factory:create_app --factory'],
    [
      {
        'main.py': 'from shop.factory import create_app\n\napp = create_app()\n',
        'shop/factory.py': 'def create_app():\n    return FastAPI()\n',
      },
      'main:app',
    ],
  ])('in %j is %s', async (files, target) => {
    const { command } = await detected({ 'requirements.txt': requirements, ...files })

    expect(command).toEqual(['sh', '-c', `exec uvicorn ${target} --host 0.0.0.0 --port "$PORT"`])
  })

  it('is looked for in src where it is there', async () => {
    const { dockerfile } = await detected({ 'requirements.txt': requirements, 'src/shop/web.py': fastApi })

    expect(dockerfile).toContain('PYTHONPATH=/app/src')
  })

  it('fails where there is none', async () => {
    expect(await unknownBecause({ 'requirements.txt': requirements, 'notes.py': '' })).toContain(
      'FastAPI, but no `app = FastAPI(…)` in any module',
    )
  })

  it('is what WSGI_APPLICATION says, where a Django project has several', async () => {
    const { command } = await detected({
      'requirements.txt': 'django==5.2\ngunicorn==23.0.0\n',
      'manage.py': '',
      'a/wsgi.py': '',
      'b/wsgi.py': '',
      'b/settings.py': "WSGI_APPLICATION = 'b.wsgi.application'\n",
    })

    expect(command.at(-1)).toBe('b.wsgi:application')
  })

  it('is what a Procfile says, and what else the framework needs stays', async () => {
    const { command, framework, port, warnings } = await detected({
      'requirements.txt': 'django==5.2\ngunicorn==23.0.0\n',
      'manage.py': '',
      'shop/wsgi.py': '',
      Procfile: 'web: gunicorn shop.wsgi --workers 3\n',
    })

    expect({ command, framework, port }).toEqual({
      command: ['gunicorn', 'shop.wsgi', '--workers', '3'],
      framework: 'Django',
      port: 8000,
    })
    expect(warnings.join()).toContain('migrations do not run by themselves')
  })

  it.each(['gunicorn app:app --bind 0.0.0.0:$PORT', 'exec gunicorn app:app -b "0.0.0.0:${PORT}"'])(
    'keeps PORT of %j, for which a shell is needed that steps aside',
    async line => {
      const { command, dockerfile } = await detected({
        'requirements.txt': 'flask==3.1\ngunicorn==23.0.0\n',
        'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
        Procfile: `web: ${line}\n`,
      })

      expect(command).toEqual(['sh', '-c', `exec ${line.replace('exec ', '')}`])
      expect(dockerfile).toContain('PORT=8000')
    },
  )
})

describe('the version of Python', () => {
  it.each([
    ['.python-version', '3.12.4\n', '3.12'],
    ['.python-version', '3.14', '3.14'],
    ['runtime.txt', 'python-3.11.9', '3.11'],
    ['.tool-versions', 'python 3.12.1', '3.12'],
    ['pyproject.toml', '[project]\nname = "x"\nrequires-python = ">=3.10,<3.13"', '3.12'],
    ['pyproject.toml', '[project]\nname = "x"\nrequires-python = ">=3.14"', '3.14'],
    ['pyproject.toml', '[project]\nname = "x"\nrequires-python = "~=3.11"', '3.13'],
    ['pyproject.toml', '[project]\nname = "x"\nrequires-python = "==3.12.*"', '3.12'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "^3.11"', '3.13'],
    ['pyproject.toml', '[tool.poetry.dependencies]\npython = "~3.11"', '3.11'],
    ['.python-version', '3.13\nUSER root', '3.13'],
    ['.python-version', 'pypy', '3.13'],
  ])('by %s with %j is %s', async (file, text, version) => {
    expect((await detected({ 'main.py': '', [file]: text })).version).toBe(version)
  })
})

describe('the packages of a Python app', () => {
  it.each([
    ['flask==3.1', 'gunicorn>=23,<24', 'gunicorn is not among the packages'],
    ['flask==3.1\nGunicorn==23.0.0', undefined, undefined],
  ])('%j get a server that they lack: %s', async (text, server, warning) => {
    const { dockerfile, warnings } = await detected({
      'requirements.txt': text,
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    })

    expect(/pip install "(?<server>gunicorn[^"]*)"/.exec(dockerfile)?.groups?.['server']).toBe(server)
    expect(warnings[0]?.split(':')[0]).toBe(warning)
  })

  it('bring a server along by an extra', async () => {
    const { dockerfile } = await detected({
      'requirements.txt': 'fastapi[standard]==0.121.2',
      'main.py': fastApi,
    })

    expect(dockerfile).not.toContain('"uvicorn')
  })

  it.each([
    ['psycopg2==2.9', 'libpq5'],
    ['psycopg[binary]==3.2', undefined],
    ['psycopg2-binary==2.9', undefined],
    ['mysqlclient==2.2', 'libmariadb3'],
  ])('%s need %s when they run', async (requirement, library) => {
    const { dockerfile } = await detected({ 'requirements.txt': `${requirement}\n`, 'main.py': '' })

    expect(/--no-install-recommends (?<library>\S+)/.exec(dockerfile)?.groups?.['library']).toBe(library)
  })

  it('are read with the files that requirements.txt names', async () => {
    const { dockerfile, framework } = await detected({
      'requirements.txt': '-r base.txt\n-c constraints.txt\n-r ../../etc/passwd\n',
      'base.txt': 'fastapi==0.121.2',
      'constraints.txt': '',
      'main.py': fastApi,
    })

    expect(framework).toBe('FastAPI')
    expect(dockerfile).toContain('COPY requirements.txt base.txt constraints.txt ./')
  })

  it('of a project without a lockfile are those of pyproject.toml, by uv', async () => {
    const { dockerfile, warnings } = await detected({
      'pyproject.toml': '[project]\nname = "x"\ndependencies = ["FastAPI>=0.100", "uvicorn"]\n',
      'main.py': fastApi,
    })

    expect(dockerfile).toContain('uv pip install -r pyproject.toml')
    expect(warnings.join()).toContain('`uv lock` writes one')
  })

  it('fail to be read from a Pipfile or from broken TOML', async () => {
    expect(await unknownBecause({ Pipfile: '' })).toContain('Pipfile is not supported')
    expect(await unknownBecause({ 'pyproject.toml': '[[[' })).toContain('pyproject.toml is no TOML')
  })
})

describe('a Python app beside others', () => {
  it('comes before Node where it has a framework, and says that package.json is not built', async () => {
    const { runtime, warnings } = await detected({
      'requirements.txt': requirements,
      'main.py': fastApi,
      'package.json': '{"scripts":{"start":"vite"}}',
    })

    expect(runtime).toBe('python')
    expect(warnings).toContain('package.json is there too: what it builds is not in the image')
  })

  it('comes after Node where its packages are for scripts', async () => {
    const { runtime } = await detected({
      'requirements.txt': 'requests==2.32',
      'package.json': '{"scripts":{"start":"node server.js"}}',
      'server.js': '',
    })

    expect(runtime).toBe('node')
  })
})
