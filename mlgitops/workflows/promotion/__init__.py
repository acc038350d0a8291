"""What promotions, rollbacks and holds share: a plan, its verdicts, and how it becomes a pull request."""
