"""The five settings, painted once into layered plates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np

from drawing.brush import INK, box_points
from drawing.camera import WORLD_H, WORLD_W, Layer
from drawing.scenery import Plate, cloud, flowers, grass, pine, round_tree, trunk

GROUND = 400.0  # where feet stand, world units


@dataclass(frozen=True)
class Setting:
    """A place: its layers, far to near, and the light that falls on the characters."""

    layers: tuple[Layer, ...]
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)


@cache
def setting(name: str) -> Setting:
    """Paint the named setting (once in a run)."""
    return SETTINGS[name]()


def meadow() -> Setting:
    """A summer meadow with a windmill under a blue sky."""
    sky = Plate(1)
    sky.gradient((0, "#4aa8e8"), (330, "#d8f1fb"), (WORLD_H, "#f4fbf0"))
    sky.glow(885, 150, 150, "#fff3bd", 0.85)
    sky.brush.oval(885, 150, 34, 34, "#ffdf5e", line=None)
    for x in (120, 330, 560, 720, 1080, 1290, 1500):
        y, size = 130 + sky.random.uniform(-40, 60), sky.random.uniform(0.8, 1.5)
        cloud(sky.brush, x + sky.random.uniform(-50, 50), y, size, "#ffffff", "#cfe4f3")
    far = Plate(2)
    far.ridge(310, 26, 620, "#8cc7a3", line=None)
    edge = far.ridge(335, 18, 460, "#6dba7d", line=None)
    for x in range(60, WORLD_W, 95):
        at = x + far.random.uniform(-30, 30)
        round_tree(far.brush, at, edge[int(at)] + 4, 0.45, "#4f9f68", "#79c088")
    far.grain(0.025)
    near = Plate(3)
    edge = near.ridge(362, 10, 700, "#86cf53")
    _windmill(near, 560, edge[560] + 6)
    for x in (120, 235, 905, 1090, 1420):
        round_tree(near.brush, x, edge[x] + 8, 1.25, "#4fae4a", "#8bd46b")
    near.brush.blob(
        [(300, 520), (500, 420), (760, 372), (790, 372), (640, 430), (560, 525)], "#ecd9a0"
    )
    grass(near, edge, 420, "#5fab3a")
    flowers(near, edge, 130, ("#ff7fa5", "#ffffff", "#ffb03a", "#b18cf0"))
    near.shade_down(360, 0.22)
    near.grain(0.03)
    return Setting((Layer(sky.image, 0.2), Layer(far.image, 0.5), Layer(near.image, 1.0)))


def _windmill(plate: Plate, x: float, y: float) -> None:
    here = plate.brush.at(x, y)
    here.shape([(-34, 0), (-22, -110), (22, -110), (34, 0)], "#fbf1dc", shade=0.2)
    here.shape([(-30, -108), (0, -146), (30, -108)], "#d2503f", shade=0.2)
    here.shape(box_points(0, -20, 22, 40, 8), "#8a5a3c")
    here.oval(0, -72, 9, 9, "#8fd0ee")
    for angle in (20, 110, 200, 290):
        sail = plate.brush.at(x, y - 112, angle=angle)
        sail.shape([(-2, 0), (2, 0), (2, -84), (-2, -84)], "#7a5236", width=2.0)
        sail.shape([(3, -20), (19, -20), (19, -84), (3, -84)], "#fffaf0", width=2.0, shade=0.1)


def forest() -> Setting:
    """A deep green wood, one old oak with a branch to sit on."""
    deep = Plate(11)
    deep.gradient((0, "#2f6b4f"), (180, "#8fc069"), (330, "#dbe58c"), (WORLD_H, "#6c9a4f"))
    for x in range(-60, WORLD_W, 150):
        ray = [(x + 90, -10), (x + 150, -10), (x + 60, 420), (x - 60, 420)]
        deep.brush.shape(ray, "#b9d67c", line=None)
    deep.grain(0.05, size=9)
    for x in range(20, WORLD_W, 64):
        at = x + deep.random.uniform(-20, 20)
        trunk(deep.brush, at, deep.random.uniform(14, 24), "#6f9c62", "#66925c", outlined=False)
    middle = Plate(12)
    middle.ridge(372, 8, 380, "#4f8a45", line=None)
    for x in range(50, WORLD_W, 150):
        at = x + middle.random.uniform(-45, 45)
        trunk(middle.brush, at, middle.random.uniform(26, 40), "#7b6a4c", "#665540", outlined=False)
    middle.grain(0.03)
    near = Plate(13)
    edge = near.ridge(378, 7, 520, "#3f7a3c")
    for x in (190, 690, 960, 1290, 1500):
        trunk(near.brush, x, 74 if x == 690 else 52, "#8a5f3f", "#6d4830", outlined=True)
    near.brush.limb([(700, 205), (790, 196), (900, 206)], "#8a5f3f", 17)
    for x, y, r in ((905, 200, 16), (880, 190, 12), (926, 212, 12), (690, 60, 0)):
        near.brush.oval(x, y, r, r * 0.75, "#5da24b", width=2.5, shade=0.15)
    for x in range(0, WORLD_W, 46):
        y = 62 + near.random.uniform(-16, 22)
        near.brush.oval(x, y, 44, 34, "#2f6a3b", line=None)
    for x in range(20, WORLD_W, 60):
        near.brush.oval(x, 34 + near.random.uniform(-12, 22), 46, 34, "#3f8347", line=None)
    grass(near, edge, 260, "#5fa047", height=14)
    for x in (265, 420, 560, 830, 1080, 1180, 1400):
        _mushroom(near, x, edge[x] + near.random.uniform(10, 26))
    near.shade_down(370, 0.35)
    near.grain(0.03)
    layers = (Layer(deep.image, 0.4), Layer(middle.image, 0.7), Layer(near.image, 1.0))
    return Setting(layers, tint=(0.95, 1.0, 0.9))


def _mushroom(plate: Plate, x: float, y: float) -> None:
    here = plate.brush.at(x, y)
    here.shape(box_points(0, -7, 8, 16, 3), "#fbf0dc", width=2.0)
    here.blob(
        [(-14, -13), (-8, -23), (0, -26), (8, -23), (14, -13), (0, -10)], "#d8433b", width=2.2
    )
    for dx, dy in ((-6, -18), (1, -21), (7, -16)):
        here.oval(dx, dy, 2, 2, "#ffffff", line=None)


def workshop() -> Setting:
    """The robot's workshop: planks, shelves of jars and cogs, a bench, a window."""
    wall = Plate(21)
    wall.gradient((0, "#a8603a"), (400, "#e0a05e"), (WORLD_H, "#c98a50"))
    for x in range(0, WORLD_W, 58):
        wall.brush.stroke([(x, -5), (x + 1, 250), (x, 420)], "#b4713f", 2.5)
        for y in (70, 330):
            wall.brush.oval(x + 29, y + 13 * (x % 5), 5, 9, None, line="#b4713f", width=2.0)
    wall.grain(0.04, size=4)
    for x in (430, 1130):
        _window(wall, x, 190)
    for x in (200, 660, 900, 1360):
        _shelf(wall, x, 165)
        _shelf(wall, x, 235)
    for x, y, r in (
        (545, 130, 34),
        (780, 120, 26),
        (1010, 160, 40),
        (1250, 130, 30),
        (320, 150, 26),
    ):
        _cog(wall, x, y, r, "#8b8f9b")
    floor = Plate(22)
    floor.brush.shape([(-10, 372), (1610, 372), (1610, 530), (-10, 530)], "#8f5a3c", width=3.0)
    for i, y in enumerate((392, 420, 458, 505)):
        floor.brush.stroke([(-10, y), (800, y), (1610, y)], "#754730", 2.5)
        for x in range(60 * (i % 2), WORLD_W, 190):
            floor.brush.stroke([(x, y), (x - 5, y + 24)], "#754730", 2.5)
    for x in (640, 1340):
        _bench(floor, x)
    for x, colour in ((120, "#4a78b5"), (330, "#c94f4f"), (960, "#5c9a63"), (1120, "#d19a3d")):
        floor.brush.shape(box_points(x, 362, 74, 58, 4), colour, shade=0.2)
        floor.brush.stroke([(x - 30, 362), (x + 30, 362)], INK, 2.5)
    floor.shade_down(372, 0.3)
    floor.grain(0.03)
    return Setting((Layer(wall.image, 0.8), Layer(floor.image, 1.0)), tint=(1.0, 0.96, 0.88))


def _window(plate: Plate, x: float, y: float) -> None:
    here = plate.brush.at(x, y)
    here.shape(box_points(0, 0, 124, 116, 8), "#6e4128", shade=0.2)
    here.shape(box_points(0, 0, 102, 94, 4), "#a9e0f5", width=2.0)
    here.blob([(-48, 44), (-20, 18), (14, 26), (48, 12), (48, 45)], "#7cc27a", line=None)
    here.stroke([(0, -47), (0, 47)], "#6e4128", 7)
    here.stroke([(-51, 0), (51, 0)], "#6e4128", 7)


def _shelf(plate: Plate, x: float, y: float) -> None:
    here = plate.brush.at(x, y)
    colours = ("#7fc8c0", "#f0c65a", "#d96a5b", "#9a86d0", "#8cc069")
    for i in range(5):
        height = plate.random.uniform(20, 36)
        colour = colours[int(plate.random.integers(5))]
        here.shape(
            box_points(-56 + 28 * i, -height / 2, 20, height, 5), colour, width=2.2, shade=0.2
        )
        here.shape(box_points(-56 + 28 * i, -height, 14, 6, 2), "#e8dcc3", width=1.8)
    here.shape(box_points(0, 4, 160, 9, 3), "#6e4128", width=2.5)


def _cog(plate: Plate, x: float, y: float, r: float, colour: str) -> None:
    turn = np.linspace(0, 2 * np.pi, 96, endpoint=False)
    reach = r * np.where(np.sin(10 * turn) > 0, 1.0, 0.78)
    points = np.stack([x + reach * np.cos(turn), y + reach * np.sin(turn)], axis=1)
    plate.brush.shape(points, colour, width=2.5, shade=0.2)
    plate.brush.oval(x, y, r * 0.35, r * 0.35, "#b0713f", width=2.5)


def _bench(plate: Plate, x: float) -> None:
    here = plate.brush.at(x, 388)
    for side in (-92, 92):
        here.shape(box_points(side, -32, 15, 70, 3), "#7d4b30", shade=0.2)
    here.shape(box_points(0, -68, 230, 15, 4), "#a76a40", shade=0.15)
    here.shape(box_points(-70, -84, 46, 18, 3), "#97a5b3", shade=0.2)
    here.shape([(50, -76), (58, -112), (66, -112), (74, -76)], "#4a78b5", shade=0.2)
    here.stroke([(92, -76), (98, -102), (84, -118)], INK, 5)
    here.shape([(64, -112), (84, -128), (98, -112)], "#f0c65a", width=2.5)


def night_hill() -> Setting:
    """A hill under the stars and a large moon."""
    sky = Plate(31)
    sky.gradient((0, "#0b1033"), (220, "#232a6b"), (380, "#4a4790"), (WORLD_H, "#4a4790"))
    for _ in range(420):
        x, y = sky.random.uniform(0, WORLD_W), 360 * sky.random.uniform() ** 1.2
        r = sky.random.choice((0.7, 1.0, 1.6))
        sky.brush.oval(x, y, r, r, "#e8ecff", line=None)
    sky.glow(1010, 150, 190, "#7f8fe6", 0.75)
    sky.brush.oval(1010, 150, 46, 46, "#f6f0cf", line=None)
    for dx, dy, r in ((-14, -10, 9), (16, 12, 12), (8, -22, 6)):
        sky.brush.oval(1010 + dx, 150 + dy, r, r * 0.9, "#e2d9ae", line=None)
    far = Plate(32)
    far.ridge(300, 40, 430, "#2b2c6a", rough=4, line=None)
    far.ridge(338, 22, 330, "#21255a", rough=2, line=None)
    far.grain(0.02)
    near = Plate(33)
    edge = near.ridge(368, 14, 900, "#1f3d52", line="#0d1426")
    for x in (150, 430, 1240, 1450):
        pine(near.brush, x, edge[x] + 6, 1.3, "#16303f", None)
    for x in range(760, 1130, 44):
        near.brush.shape(box_points(x, edge[x] - 8, 9, 40, 2), "#3a3550", width=2.5)
    for dy in (-16, 0):
        rail = [(x, edge[x] + dy) for x in range(740, 1140, 44)]
        near.brush.limb(rail, "#3a3550", 4)
    grass(near, edge, 360, "#2f5a68", height=11)
    flowers(near, edge, 50, ("#7f8fd8", "#a7b4f0"))
    near.shade_down(370, 0.45)
    near.grain(0.03)
    layers = (Layer(sky.image, 0.2), Layer(far.image, 0.5), Layer(near.image, 1.0))
    return Setting(layers, tint=(0.55, 0.6, 0.85))


def snowy_mountain() -> Setting:
    """Pink morning peaks, snow and pines."""
    sky = Plate(41)
    sky.gradient((0, "#f29e8e"), (200, "#fbd3b0"), (360, "#fff0dc"), (WORLD_H, "#fff0dc"))
    for x in range(100, WORLD_W, 260):
        cloud(sky.brush, x, 135 + sky.random.uniform(-30, 50), 1.1, "#ffe6d6", "#f5bfae")
    peaks = Plate(42)
    for i, x in enumerate(range(30, WORLD_W, 210)):
        _peak(peaks, x, 130 + 55 * (i % 3), 210 + 40 * (i % 2))
    peaks.grain(0.03)
    near = Plate(43)
    edge = near.ridge(366, 14, 640, "#eaf3fb", line="#7b90b8")
    for x in (90, 180, 505, 880, 1010, 1180, 1390, 1500):
        pine(near.brush, x, edge[x] + 8, near.random.uniform(1.0, 1.5), "#3d7a78", "#ffffff")
    for x in near.random.uniform(10, WORLD_W - 10, 90):
        y = edge[int(x)] + near.random.uniform(8, 140)
        near.brush.stroke([(x - 16, y + 2), (x, y), (x + 18, y + 3)], "#c3d6ea", 3.0)
    for x in (330, 720, 1290):
        rock = [(-30, 6), (-22, -16), (-2, -26), (20, -18), (32, 6)]
        here = near.brush.at(x, edge[x] + 12)
        here.blob(rock, "#8b93aa", shade=0.2)
        here.blob([(-20, -16), (-2, -26), (20, -18), (10, -13), (-8, -15)], "#ffffff", width=2.0)
    near.shade_down(375, 0.16)
    near.grain(0.012)
    layers = (Layer(sky.image, 0.2), Layer(peaks.image, 0.5), Layer(near.image, 1.0))
    return Setting(layers, tint=(1.0, 0.97, 0.98))


def _peak(plate: Plate, x: float, top: float, half: float) -> None:
    sides = [(x - half, 420), (x, top), (x + half, 420)]
    plate.brush.shape(sides, "#8a86b8", line="#6a6699", width=2.5)
    plate.brush.shape([(x, top), (x + half, 420), (x + half * 0.15, 420)], "#726ea6", line=None)
    drop = (420 - top) * 0.38
    left, right = half * 0.38, half * 0.38
    zigzag = [(x + right * 0.5, top + drop * 0.8), (x + 6, top + drop * 1.2)]
    zigzag += [(x - left * 0.45, top + drop * 0.75)]
    snow = [(x - left, top + drop), (x, top), (x + right, top + drop), *zigzag]
    plate.brush.shape(snow, "#fff8f4", line="#6a6699", width=2.0)


SETTINGS: dict[str, Callable[[], Setting]] = {
    "meadow": meadow,
    "forest": forest,
    "workshop": workshop,
    "night hill": night_hill,
    "snowy mountain": snowy_mountain,
}
