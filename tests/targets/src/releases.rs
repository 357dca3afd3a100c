//! The content of a release, as JSON that somebody else rendered.

use faelled_model::release::ReleaseContent;
use faelled_model::validate;

/// Reads the bytes as a release and judges what it holds.
pub fn release(bytes: &[u8]) {
    let Ok(content) = ReleaseContent::from_bytes(bytes) else {
        return;
    };
    let requirements: Vec<_> = content
        .requirements
        .iter()
        .map(|released| released.requirement.clone())
        .collect();
    drop(validate::pack(&content.pack));
    drop(validate::contents(&content.pack, &requirements));
    for requirement in &requirements {
        drop(validate::releasable(requirement));
    }
    let rendered = content.to_bytes().expect("what was read renders");
    let again = ReleaseContent::from_bytes(&rendered).expect("what was rendered reads");
    assert_eq!(again, content, "a release does not come back");
}
