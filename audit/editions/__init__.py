"""Editions: what officials are told of a closed period, frozen, with nobody in it."""
