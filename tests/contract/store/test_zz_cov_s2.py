import collections, pytest
from tests.contract.store import test_moves_machine as t
seen=collections.Counter()
orig=t.MovesMachine.press
class Spy(t.MovesMachine):
    def teardown(self):
        seen[self.state]+=1
        seen["cycle%d"%self.cycle]+=1
def test_cov(store):
    m=type("M",(Spy,),{"store":store})
    t.run_state_machine_as_test(m,settings=t.settings(t.STORE,max_examples=20,stateful_step_count=30))
    print(seen)
