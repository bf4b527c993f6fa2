// Package job is the durable queue: work that must happen after a transaction, exactly as surely as the transaction
// itself. A job is inserted in the transaction of the change that asks for it, and stored in the same database.
//
// # States
//
//	            Insert                                       Outcome without Err
//	              │                                      ┌──────────────────────► (deleted, or done for Options.Keep)
//	 lane is busy │ lane is free     claim               │
//	queued ◄──────┴─────► available ───────► running ────┤ Err, or Snooze
//	   │                   ▲  │  ▲              │        └──────────► available, later
//	   └── its turn comes ─┘  │  │              │
//	                  Pause   │  │  Resume      │ Err, and too old, too often tried, or Outcome.Dead
//	                          ▼  │              ▼ (held: Outcome.Hold)
//	                         paused       dead or held ─ Replay ───► queued or available
//
// # Lanes
//
// The jobs of one lane run one after another, in the order of the commits that inserted them. Insert takes a lock on
// the lane's row before it draws the job's id, and the lock lasts until the commit; so within a lane ids rise in the
// order of commits, also between processes whose clocks differ. Only the head of a lane is available or running, all
// others are queued: a head that waits for its next attempt holds up its lane and costs the others nothing. When the
// head is done or dead, the transaction that says so makes the next one available. A dead job steps aside; Replay puts
// it back at its old place. A held one does not: what it has to do must come before all else in its lane, which waits until
// Replay tries it again or Cancel takes it away.
//
// # Leases
//
// A claim writes the runner's number and a new token into the job. All that a handler has to say is an [Outcome]: its
// Commit function and the job's new state are one transaction, which does nothing unless the token is still the one of
// the claim. So a job may run twice, but its outcome is stored once. A runner has a pulse in the database; when the pulse of a
// runner has not changed for the length of a lease, as measured by the others' own clocks, its jobs go back to be
// available. On SQLite one process owns the file, so a starting runner takes back at once what a former process left.
//
// # Fairness
//
// Jobs may name a party, the partner they talk to. Options.PerParty bounds how many of a party's jobs run at once, so
// that a partner who answers slowly does not take all workers. A kind that mostly waits for others may have Options.Places of
// its own: it takes none of the workers that all other kinds share, however slow those are that it waits for.
package job
