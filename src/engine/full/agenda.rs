//! What an event has made possible and is still to be done.

/// Something to be done before the next event.
#[derive(Clone, Copy, Debug)]
pub(super) enum Task {
    /// A person has nothing to do.
    Free(u32),
    /// There may be room in a department.
    Room(u32),
    /// An item has come to the head of a line, or people may start again.
    Serve(u32),
    /// A person is idle: a case may come from a saturated stream.
    Feed(u32),
    /// A person is idle, and may take a vacation.
    Rest(u32),
    /// More of a stock may have to be ordered.
    Look(u32),
}

/// The tasks of one event, the first first. Each event empties it: so it need not be a ring.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    tasks: Vec<Task>,
    done: usize,
}

impl Agenda {
    #[inline(always)]
    pub fn push(&mut self, task: Task) {
        self.tasks.push(task);
    }

    /// The next task, if there is any.
    #[inline(always)]
    pub fn pop(&mut self) -> Option<Task> {
        let task = self.tasks.get(self.done).copied();
        match task {
            Some(_) => self.done += 1,
            None => {
                self.tasks.clear();
                self.done = 0;
            }
        }
        task
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tasks_are_done_in_the_order_in_which_they_came_up() {
        let mut agenda = Agenda::default();
        for round in 0..3 {
            assert!(agenda.pop().is_none());
            agenda.push(Task::Free(round));
            agenda.push(Task::Room(1));
            assert!(matches!(agenda.pop(), Some(Task::Free(person)) if person == round));
            agenda.push(Task::Look(2));
            assert!(matches!(agenda.pop(), Some(Task::Room(1))));
            assert!(matches!(agenda.pop(), Some(Task::Look(2))));
        }
    }
}
