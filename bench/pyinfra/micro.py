from io import StringIO

from pyinfra.operations import files

for n in range(50):
    files.directory(path=f"/root/bench/{n}")
    files.put(src=StringIO(f"{n}\n"), dest=f"/root/bench/{n}/file")
