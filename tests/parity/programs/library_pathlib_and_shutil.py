import glob, pathlib, shutil
base = pathlib.Path("made/below")
base.mkdir(parents=True)
(base / "a.txt").write_text("é")
shutil.copytree("made", "copied")
print(sorted(glob.glob("**/*.txt", recursive=True)), sorted(map(str, pathlib.Path(".").rglob("*.txt"))), shutil.which("sh"), shutil.which("nothing"))
shutil.make_archive("packed", "zip", "made")
shutil.rmtree("copied")
print(pathlib.Path("packed.zip").exists(), pathlib.Path("copied").exists(), pathlib.Path(".").resolve())
