"""Makes a Python environment with these packages, once: python3 prepare-environment.py FOLDER PACKAGE…"""

import fcntl
import os
import shutil
import subprocess
import sys

environment, *packages = sys.argv[1:]
python = os.path.join(environment, "bin", "python3")
ready = os.path.join(environment, "ready")

os.makedirs(os.path.dirname(environment), exist_ok=True)
# Several test files may get here at once.
with open(f"{environment}.lock", "w") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    if not os.path.exists(ready):
        shutil.rmtree(environment, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, *packages], check=True)
        # The last thing: an interrupted installation is done anew.
        os.mkdir(ready)
