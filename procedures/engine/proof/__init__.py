"""The proof that an edition loses nobody: every combination of facts, by boolean reasoning and not by sampling.

It stands beside the running engine and is never imported by it. `procedures.engine.proof.report.prove` is the door.
"""
