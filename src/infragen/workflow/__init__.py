"""What is done with an environment: plan, apply, destroy, move, put right; every verb's work, without its flags.

Takes values and returns values; what is printed or asked goes through `console`. Each room knows those above it; a
file that is not listed is one verb's (`pyproject.toml` says what it may import):

    console, invocation, target       what is printed and asked; the command line; what is worked on
    secret_values                     whether a plan depends on what a secret contains
    left_trees                        what is rendered of environments that are gone
    looked_for                        what people call something, and where it is
    composition, session              an environment as stacks and text; with terraform, folders and variables
    attribution                       which catalogue entry and line an object, a value or a finding belongs to
    states                            what is stored: states, records of applies, stacks no longer in the catalogue
    planning                          plans as change sets; policies on them
    review                            a plan kept for later, and whether what it saw is still so
    runs                              stacks planned and applied one after another, with a journal
    recovery                          what a run that was cut off left behind
    bootstrap, state_moves            the state bucket's own root; resources that change their stack
    deliveries                        what AWS CodeDeploy delivers: alarms, the wait of the old tasks, the way back
    release                           a new image: migrations, then services
    runbook                           what people do when an environment takes over from another one
"""
