"""A model of how a run, a lock, a state, a journal and a move work together, searched through completely.

Two checkouts on two machines, two stacks, one entry of the catalogue with one object; or, of a tower, with one in each
stack, of which the upper one stands on the lower one. At any moment anything may happen
that can happen: a person types a command or changes a catalogue, terraform takes its next step, AWS carries out a
request, a process is killed, an answer is lost, a stranger makes an object of the same name. `search` visits every
world that comes of it, up to so many faults (`Rules`), and says the shortest way to one that is wrong:

- an object of ours is in no state, and neither a journal that waits for `resume` nor a message names it;
- a stranger's object is taken into a state without a question, or is destroyed;
- a lock is left that neither a journal nor a marked state names; a lock of a living terraform is released;
- something is applied that no person was shown, or a run says done and nothing was;
- an object is destroyed from one state while another state has it, or while one that a state has stands on it;
- a world from which no command leads to the end of everything, if nothing else goes wrong.

`Rules.defects` puts a defect back that the protocol once had (`test_protocol.DEFECTS`): each has to be found.

What is assumed, and not shown:

- A lock is written conditionally (S3: only if no such object is there), and terraform stores a state only while it
  holds the state's lock, and releases it only afterwards.
- terraform refuses a saved plan of a state that was stored since.
- What the journal's disk was told to keep is kept, in the order it was written.
- A request of a process that was killed reaches AWS before anybody releases its lock or resumes its run, or applies
  what stands on its object.
- Where a stack stands on another, no catalogue has it while one that has not is applied: nothing is locked for both.
- Who is asked whether a run on another machine lives looks there. (Clocks differ by less than a minute: by that
  infragen tells its own lock from an older one.)
- A name that a state has is not used by strangers: what has it is ours. An object without tags that somebody removed
  by hand is not made anew under the same name by a stranger before `resume`.
- A request whose answer was lost is not repeated where that would make a second object.
"""
