"""What was found on a GPU, as Markdown: a line for each model, batch and framework, then a sentence for all else."""

from gpu_steps import OURS, THEIRS


def table(found):
    """What was found, as Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in found["versions"].items())
    lines = ["# On a GPU", "", f"{found['date']}, {found['gpu']}, {found['cpu']}, {found['cores']} cores; {versions}."]
    lines += ["float32, TF32 off for both; batches on the device beforehand; medians of blocks that take turns.", ""]
    lines += ["| model | batch | | ms a step | quartiles | host, ms | launches | works | memory, MiB | ours / this |"]
    lines += ["|---|---:|---|---:|---:|---:|---:|---:|---:|---:|"]
    for row in found["steps"]:
        ours = (row[OURS] or {}).get("ms")
        lines += [step_line(row, name, ours) for name in (OURS, THEIRS)]
    lines += [""] + [f"- {name}: {said}" for name, said in sentences(found).items()]
    return "\n".join(lines) + "\n"


def step_line(row, name, ours):
    """One framework's line of a row."""
    it = row[name] or {"failed": "not installed"}
    head = f"| {row['model']} | {row['batch']:,} | {name} |"
    if "failed" in it:
        return f"{head} {it['failed']} | | | | | | |"
    works = f"{100 * it['busy_ms'] / it['ms']:.0f} %" if it.get("busy_ms") else "not measured"
    cells = [f"{it['ms']:.2f}", "-".join(f"{q:.2f}" for q in it["quartiles"]), f"{it['host_ms']:.2f}"]
    cells += [f"{it['launches']:,}" if it.get("launches") else "not measured", works]
    cells += ["not measured" if it["peak_mib"] is None else f"{it['peak_mib']:,.0f}"]
    cells += [f"{ours / it['ms']:.2f}" if ours else ""]
    return f"{head} {' | '.join(cells)} |"


def sentences(found):
    """Parity, NLL and tests in a sentence each, as far as they were reached."""
    said = {}
    if "parity" in found:
        worst = max(max(model.values()) for model in found["parity"]["step"].values())
        epoch = found["parity"]["epoch"]
        said["parity"] = (
            f"a step's value and gradients differ from the CPU's by at most {worst:.1e} of their norm (allowed"
            f" {found['parity']['tolerance']:.0e}); after {epoch['steps']} steps the bound by"
            f" {epoch['difference']:+.4f} nats;"
            f" {'holds' if found['parity']['holds'] else 'DOES NOT HOLD'}"
        )
    if "rounding" in found:
        errors = ", ".join(f"{name} {error:.1e}" for name, error in found["rounding"].items())
        said["TF32 is off"] = f"relative error of a float32 product: {errors}"
    if "nll" in found:
        rate = found["nll"]
        said["NLL"] = (
            f"{rate['device_per_second']:,.0f} draws times images a second on the device,"
            f" {rate['cpu_per_second']:,.0f} on this CPU"
        )
    if "tests" in found:
        said["marked tests"] = found["tests"]["said"]
    return said | {f"FAILED, {name}": error for name, error in found["errors"].items()}
