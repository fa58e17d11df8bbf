"""What is done with an environment: plan, apply, destroy, move, put right; every verb's work, without its flags.

Takes values and returns values; what is printed or asked goes through `console`. Each room knows those above it
(`pyproject.toml` says so too):

    console, invocation, target       what is printed and asked; the command line; what is worked on
    rendering                         an environment as stacks and text, in memory; its lock files and schemas; `eject`
    session                           an environment with terraform, folders and variables
    attribution                       which catalogue entry and line an object, a value or a finding belongs to
    states                            what is stored: states, records of applies, stacks no longer in the catalogue
    planning                          plans as change sets; policies on them
    review                            a plan kept for later, and whether what it saw is still so
    runs                              stacks planned and applied one after another, with a journal
    recovery                          what a run that was cut off left behind
    bootstrap, state_moves            the state bucket's own root; resources that change their stack
    apply, destroy, resume, imports   a verb each
    costs, runbook, validation        a verb each: what it costs; how one takes over; what is wrong with a catalogue
    ci                                what pipelines ask for: files, affected stacks, changes that do not pass
    release                           a new image: migrations, then services; what AWS CodeDeploy delivers
    new                               a new system, environment, standby or entry
"""
