//! A member gone bad: it speaks the real protocol with a member's real keys, and misbehaves in one named way.
//!
//! [`ALL`] is the table of its misdeeds, each with what honest nodes must answer. The program `hostile` plays one
//! of them against nodes; the proof of the same name plays all and looks at what the honest nodes made of it. Each
//! misdeed is gone through again and again until the standard input ends, and draws what it draws from its name, so
//! that going through it again sends the same again.

mod acts;
mod case;
mod changes;
mod deeds;
mod feed;
mod initial;
mod link;
mod mask;
mod stage;
mod villain;
mod visitor;

use std::fmt::Display;
use std::time::Duration;

pub use case::{ALL, Answer, Case, Setting};
pub use deeds::Deeds;
pub use villain::{Casting, Villain};
pub use visitor::visit;

use crate::program::Broken;

/// Between two rounds: the machine is to be busy with what was sent, not with starting anew.
const PAUSE: Duration = Duration::from_millis(20);

/// Plays a case with the keys of a stopped member node until the standard input ends.
///
/// # Errors
/// When it cannot be played at all; what the other side did not let happen is among the deeds.
pub async fn play(case: &'static Case, casting: Casting, is_light: bool) -> Result<Deeds, Broken> {
    let mut villain = Villain::read(casting, case.name, is_light).await?;
    if case.setting == Setting::Slow {
        villain.take_own_node()?;
    }
    let mut deeds = Deeds::default();
    loop {
        let round = tokio::select! {
            biased;
            round = (case.act)(&villain) => round,
            () = villain.stage.over(), if deeds.rounds > 0 => return Ok(deeds),
        };
        match round {
            Ok(done) => deeds.add(done),
            Err(broken) if deeds.rounds == 0 => return Err(broken),
            // Sent away meanwhile, for what it did before.
            Err(broken) => deeds.foil(&broken.0),
        }
        villain.stage.under_way();
        villain.stage.done_once();
        if case.is_once {
            villain.stage.over().await;
        }
        tokio::select! {
            () = villain.stage.over() => return Ok(deeds),
            () = tokio::time::sleep(PAUSE) => {}
        }
    }
}

/// An error of any sort, in words.
fn broken(error: impl Display) -> Broken {
    Broken(error.to_string())
}
