"""Convex losses, each an object with its conjugate; a file for each."""

from theorems.losses.absolute import absolute
from theorems.losses.epsilon_insensitive import epsilon_insensitive
from theorems.losses.hinge import hinge
from theorems.losses.huber import huber
from theorems.losses.logistic import logistic
from theorems.losses.loss import Loss
from theorems.losses.squared import squared
from theorems.losses.squared_hinge import squared_hinge

LOSSES: tuple[Loss, ...] = (squared, absolute, huber, epsilon_insensitive, hinge, squared_hinge, logistic)

__all__ = ["LOSSES", "Loss"]
