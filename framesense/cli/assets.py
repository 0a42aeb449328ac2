"""`framesense assets`: pretrained files and the sample film, by name."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Pretrained files and a sample film, by name.", no_args_is_help=True)


@app.command("list")
def list_assets() -> None:
    """Show what can be had, whether it is here, how large it is and under which licence."""
    from framesense.assets import ASSETS, find

    for asset in ASSETS:
        size = f"{asset.size_bytes / 1e6:.0f} MB" if asset.size_bytes else "size unknown"
        typer.echo(f"{asset.name}: {asset.purpose}")
        typer.echo(f"    {find(asset) or 'not here'}")
        typer.echo(f"    {size}, {asset.licence}")
        typer.echo(f"    {asset.source}")


@app.command()
def get(
    name: Annotated[str, typer.Argument(help="A name that `assets list` shows.")],
    offline: Annotated[bool, typer.Option("--offline", help="Only say where it lies.")] = False,
) -> None:
    """Fetch a file unless it is here, check it, and print its path."""
    from framesense.assets import named, obtain

    asset = named(name)
    for part in asset.beside:
        obtain(part, offline=offline)
    typer.echo(obtain(asset, offline=offline))


@app.command()
def verify() -> None:
    """Read every file that is here and compare it with its size and sha256."""
    from framesense.assets import ASSETS, find, state
    from framesense.errors import AssetError

    damaged = []
    for asset in ASSETS:
        found = state(asset)
        pinned = "" if asset.sha256 else " (its publisher gives no sha256)"
        typer.echo(f"{asset.name}: {found}{pinned if found == 'here' else ''}")
        if found == "damaged":
            damaged.append(str(find(asset)))
    if damaged:
        raise AssetError(
            f"damaged: {', '.join(damaged)}", remedy="delete and run: framesense assets get NAME"
        )
