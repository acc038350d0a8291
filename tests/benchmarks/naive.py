"""The script that a team writes first: states in, one file an object out, nothing validated."""

import sys
from pathlib import Path

import jinja2
import yaml

root, out = map(Path, sys.argv[1:])
jinja = jinja2.Environment(trim_blocks=True, lstrip_blocks=True)
jinja.filters["yaml"] = lambda value: yaml.dump(
    value, Dumper=yaml.CSafeDumper, default_flow_style=True, width=10**6
).strip()
template = jinja.from_string(Path(__file__).with_suffix(".yaml.j2").read_text())
for folder in sorted((root / "environments").iterdir()):
    environment = yaml.load((folder / "environment.yaml").read_bytes(), yaml.CSafeLoader)
    pools = {pool["name"]: pool for pool in environment["nodePools"]}
    for path in sorted((folder / "state").iterdir()):
        state = yaml.load(path.read_bytes(), yaml.CSafeLoader)
        release, deploy = state["release"], {**environment["defaults"]["deploy"], **state["deploy"]}
        image = release["image"]
        for location in environment["locations"]:
            image = image.replace(location["from"], location["to"])
        env = [{"name": key, "value": text} for key, text in {**release["env"], **deploy["env"]}.items()]
        env += [{"name": key, "valueFrom": {"secretKeyRef": ref}} for key, ref in deploy["secrets"].items()]
        named = [pools[name] for name in deploy["placement"]["nodePools"]]
        text = template.render(
            state=state, release=release, deploy=deploy, image=image, pools=named, env=env, environment=environment
        )
        target = out / folder.name / path.stem
        target.mkdir(parents=True, exist_ok=True)
        for item in yaml.load_all(text, yaml.CSafeLoader):
            file = target / f"{item['kind'].lower()}-{item['metadata']['name']}.yaml"
            file.write_text(yaml.dump(item, Dumper=yaml.CSafeDumper, sort_keys=False))
