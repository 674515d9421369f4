"""Which backups stay in a folder: the newest ones, whatever version made them."""

from pathlib import Path

from services.platform.backup.create import remove_old


def test_the_newest_backups_stay_across_an_upgrade(tmp_path: Path) -> None:
    older = [f"staffel-0.9.0.dev0-2026060{n}T020000Z" for n in range(1, 4)]
    newer = ["staffel-0.9.0-20260604T020000Z", "staffel-0.10.0-20260605T020000Z"]
    for name in (*older, *newer):
        (tmp_path / f"{name}.tar").touch()
        (tmp_path / f"{name}.keys.tar").touch()

    assert remove_old(tmp_path, keep=2) == older
    assert sorted(path.name.split(".tar")[0] for path in tmp_path.iterdir()) == sorted(
        [*newer, *(f"{name}.keys" for name in newer)]
    )
