//! What the node's own people ask for.

use faelled_engine::event::Draft;
use faelled_engine::{Answer, Change, Despite, Event, Membership, RequestId};
use faelled_proto::canonical::encode;
use faelled_proto::statement::Vote;
use faelled_proto::{FeedId, Kind, MemberId, Space, Statement};

use super::{CANARY, Play, address};
use crate::cast::{keys, record};
use crate::input::Input;

impl Play {
    /// What the node's own people ask for.
    pub(super) fn local(&mut self, input: &mut Input<'_>) {
        let request = self.world.request();
        let event = match input.byte() % 12 {
            steward @ 6..=9 => self.decided(request, steward, input),
            other => self.written(request, other, input),
        };
        self.tell(event);
        self.flush();
        match self.world.answers.get(&request) {
            Some(Answer::Feed(feed)) => {
                let opening = self
                    .world
                    .disk
                    .feed(*feed)
                    .map(|(opening, _)| opening.space.clone());
                self.took(opening, *feed);
            }
            Some(Answer::Ticket { secret }) => self.tickets.push(*secret),
            Some(Answer::Planned(roster)) => self.planned = Some((**roster).clone()),
            _ => {}
        }
    }

    fn written(&self, request: RequestId, choice: u8, input: &mut Input<'_>) -> Event {
        match choice {
            0 | 1 => {
                let space = self.spaces[input.index(4)].clone();
                Event::OpenFeed { request, space }
            }
            2 | 3 => {
                let index = input.index(4);
                Event::Write {
                    request,
                    feed: self.own_feeds[index],
                    drafts: vec![draft(&self.spaces[index]); 1 + input.index(5)],
                }
            }
            4 => Event::Invite {
                request,
                expires_ms: self.world.now_ms + (1 << (input.byte() % 40)),
            },
            5 => Event::Decline {
                request,
                member: member(input),
            },
            10 => Event::BeginAnew { request },
            _ => Event::AddTarget {
                target: address(input.byte() % 4),
            },
        }
    }

    fn decided(&self, request: RequestId, choice: u8, input: &mut Input<'_>) -> Event {
        match choice {
            6 => {
                let change = match input.flag() {
                    true => Change::Admit(record(4 + input.byte() % 3)),
                    false => Change::Remove {
                        member: member(input),
                        last_good: self.tips(input),
                    },
                };
                let note = input.flag().then(|| "fordi".to_owned());
                Event::Plan {
                    request,
                    change,
                    note,
                }
            }
            7 => {
                let planned = self.planned.clone().filter(|_| input.flag());
                let roster = planned.unwrap_or_else(|| self.base(input));
                let vote = Vote::approve(encode(&roster), keys(0).member, &keys(0).identity);
                Event::State {
                    request,
                    statements: vec![Statement::Vote(vote)],
                    despite: Despite {
                        another: input.flag(),
                        unmet: input.flag(),
                    },
                }
            }
            8 => Event::FoundGroup {
                request,
                name: "Ny".into(),
                members: vec![member(input)],
            },
            _ => {
                let hostile = vec![keys(2).member];
                let (add, remove) = match input.flag() {
                    true => (hostile, Vec::new()),
                    false => (Vec::new(), hostile),
                };
                Event::ChangeGroup {
                    request,
                    group: self.shared.group(),
                    change: Membership {
                        add,
                        remove,
                        ..Membership::default()
                    },
                }
            }
        }
    }

    /// This node writes in another feed of a space now.
    fn took(&mut self, space: Option<Space>, feed: FeedId) {
        let space = space.expect("a feed is named that is not on the disk");
        let index = self.spaces.iter().position(|of| *of == space).unwrap();
        self.own_feeds[index] = feed;
    }
}

fn member(input: &mut Input<'_>) -> MemberId {
    keys(input.byte() % 7).member
}

pub(super) fn draft(space: &Space) -> Draft {
    let is_secret = matches!(space, Space::Private(_));
    Draft {
        kind: Kind(900),
        document: None,
        body: if is_secret { CANARY } else { b"text" }.to_vec(),
    }
}
