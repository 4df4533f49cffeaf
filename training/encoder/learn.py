"""Learning: the rows of `dataset`, some in each batch from the written set, the rest from the public ones. Seeded; goes on where it stopped.

    python -m training.encoder.learn --rows encoder.npz --out FOLDER [--steps 4500] [--batch 96]

On the processor alone, in bfloat16 where it has it: about an hour on two cores.
"""

from __future__ import annotations

import argparse
import json
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional

from parapet.triage.encoder.pieces import END, FIRST_PIECE, MARKS, START, UNKNOWN
from training.encoder import start
from training.encoder.dataset import BATCH_SHARE, SEED
from training.encoder.net import Net, begin
from training.figures import auc
from training.rows import HEADS, TRUST

#: A public French row comes this many times as often.
FRENCH = 3.0
LONGEST = 100
RATE, JUDGE_RATE = 2e-4, 1e-3
WARM_UP = 300
#: From here on weights and values are rounded as the product rounds them.
WHOLE_FROM = 0.85
#: Pieces of a row that are hidden from it, at random.
HIDE = 0.06
#: How often the marks are told.
TELL_MARKS = 0.7
SMOOTH = 0.02
HEAD_WEIGHT = {"abusive": 2.0, "lang_fr": 0.2}
POOL = 24
USUAL_LENGTH = 36


class Rows:
    """The file of `dataset`, in memory."""

    def __init__(self, file: Path) -> None:
        held: Any = np.load(file)
        self.ids, self.ends = held["ids"].astype(np.int64), held["ends"]
        self.labels, self.mask = held["labels"].astype(np.float32), held["mask"].astype(np.float32)
        self.weight, self.written, self.french = held["weight"], held["written"], held["french"]
        self.held, self.hidden, self.source = held["held"], held["hidden"], held["source"]
        self.kept = held["kept"].tolist()
        number = {m: 4 + i for i, m in enumerate(MARKS)}
        self.marks = [sorted(number[m] for m in marks.split(",") if m) for marks in held["marks"]]

    def pieces(self, row: int) -> NDArray[np.int64]:
        """Numbers of the row's pieces, without marks, START and END."""
        found: NDArray[np.int64] = self.ids[(self.ends[row - 1] if row else 0) : self.ends[row]]
        return found[:LONGEST]

    def batch(self, rows: NDArray[np.int64], rng: np.random.Generator | None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Numbers (n, longest), labels and mask (n, heads). With `rng`, pieces are hidden and marks left out now and then."""
        found = []
        for row in rows.tolist():
            pieces = self.pieces(row)
            marks = self.marks[row]
            if rng is not None:
                pieces = np.where(rng.random(len(pieces)) < HIDE, UNKNOWN, pieces)
                marks = marks if rng.random() < TELL_MARKS else []
            found.append([START, *marks, *pieces.tolist(), END])
        longest = max(map(len, found))
        ids = torch.tensor([f + [0] * (longest - len(f)) for f in found])
        return ids, torch.from_numpy(self.labels[rows]), torch.from_numpy(self.mask[rows])

    def alike(self, drawn: NDArray[np.int64], batch: int) -> list[NDArray[np.int64]]:
        """`drawn` in batches of rows of like length, none much larger than `batch` rows of the usual length."""
        lengths = np.array([len(self.pieces(i)) for i in drawn.tolist()]) + 2
        order = np.argsort(lengths, kind="stable")
        found: list[NDArray[np.int64]] = []
        at = 0
        while at < len(order):
            size = batch
            while size > 8 and size * lengths[order[min(at + size, len(order)) - 1]] > batch * USUAL_LENGTH:
                size -= 8
            found.append(drawn[order[at : at + size]])
            at += size
        return found

    def shares(self) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """The rows to learn from and how likely each is to be drawn."""
        learn = np.flatnonzero(~self.held)
        likely = self.weight.astype(np.float64).copy()
        for source in np.unique(self.source[~self.written]):
            which = self.source == source
            likely[which] *= TRUST.get(str(source), 1.0) * which.sum() ** -0.25
        likely[self.french & ~self.written] *= FRENCH
        likely = likely[learn]
        ours = self.written[learn]
        likely[ours] *= BATCH_SHARE / likely[ours].sum()
        likely[~ours] *= (1 - BATCH_SHARE) / likely[~ours].sum()
        return learn, likely


def loss_of(odds: torch.Tensor, labels: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Masked cross-entropy over all heads."""
    weights = mask * torch.tensor([HEAD_WEIGHT.get(h, 1.0) for h in HEADS])
    smooth = labels * (1 - SMOOTH) + SMOOTH / 2
    return (functional.binary_cross_entropy_with_logits(odds, smooth, reduction="none") * weights).sum() / weights.sum()


def say(net: Net, rows: Rows, which: NDArray[np.int64], batch: int = 128) -> NDArray[np.float32]:
    """Log-odds of rows, in their order."""
    order = np.argsort([len(rows.pieces(i)) for i in which.tolist()], kind="stable")
    found = np.zeros((len(which), len(HEADS)), np.float32)
    net.eval()
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
        for at in range(0, len(order), batch):
            some = order[at : at + batch]
            found[some] = net(rows.batch(which[some], None)[0]).float().numpy()
    net.train()
    return found


def figures(net: Net, rows: Rows) -> dict[str, float]:
    """AUC on some held-out rows."""
    rng = np.random.default_rng(SEED)
    found = {}
    for name, which in (
        ("written en", rows.written & ~rows.french), ("written fr", rows.written & rows.french),
        ("public en", ~rows.written & ~rows.french), ("public fr", ~rows.written & rows.french),
    ):  # fmt: skip
        some = np.flatnonzero(rows.held & which & ~rows.hidden)
        some = np.sort(rng.choice(some, min(len(some), 1_200), replace=False))
        odds = say(net, rows, some)
        for head in ("abusive", "identity_hate", "critical", "reputation"):
            j = HEADS.index(head)
            pick = rows.mask[some, j] > 0
            truth = rows.labels[some, j][pick] > 0
            if truth.sum() > 5 and (~truth).sum() > 5:
                found[f"{name} {head}"] = round(auc(odds[pick, j].astype(np.float64), truth), 3)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=4_500)
    parser.add_argument("--batch", type=int, default=96)
    parser.add_argument("--look", type=int, default=500, help="measure and keep the state every so many steps")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    rows = Rows(args.rows)
    net = begin(start.load(), rows.kept)
    judge = [p for n, p in net.named_parameters() if n.startswith("judge")]
    rest = [p for n, p in net.named_parameters() if not n.startswith("judge")]
    rule = torch.optim.AdamW(
        [{"params": rest, "lr": RATE}, {"params": judge, "lr": JUDGE_RATE}], weight_decay=0.01, betas=(0.9, 0.98), fused=True
    )
    plan = torch.optim.lr_scheduler.LambdaLR(
        rule, lambda s: min((s + 1) / WARM_UP, 0.5 * (1 + math.cos(math.pi * min(1.0, s / args.steps))))
    )
    state = args.out / "state.pt"
    step = 0
    if state.exists():
        held = torch.load(state, weights_only=True)
        net.load_state_dict(held["net"])
        rule.load_state_dict(held["rule"])
        plan.load_state_dict(held["plan"])
        step = held["step"]
    learn, likely = rows.shares()
    net.train()
    began, total = time.monotonic(), 0.0
    while step < args.steps:
        before = step
        rng = np.random.default_rng((SEED, step))
        net.seed(SEED, step, 1)
        drawn = rng.choice(learn, args.batch * POOL, p=likely)
        batches = rows.alike(drawn, args.batch)
        for n in rng.permutation(len(batches)).tolist():
            some = batches[n]
            net.set_whole(step >= WHOLE_FROM * args.steps)
            ids, labels, mask = rows.batch(some, rng)
            with torch.autocast("cpu", torch.bfloat16):
                odds = net(ids)
            loss = loss_of(odds, labels, mask)
            rule.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            rule.step()
            plan.step()
            step += 1
            total += float(loss.detach())
            if step % 100 == 0:
                print(f"{step} loss {total / 100:.4f} {time.monotonic() - began:.0f} s", flush=True)
                total = 0.0
        if step // args.look != before // args.look or step >= args.steps:
            torch.save(
                {"net": net.state_dict(), "rule": rule.state_dict(), "plan": plan.state_dict(), "step": step},
                state.with_suffix(".new"),
            )
            state.with_suffix(".new").replace(state)
            print(step, json.dumps(figures(net, rows)), flush=True)


assert FIRST_PIECE < 2**16

if __name__ == "__main__":
    main()
