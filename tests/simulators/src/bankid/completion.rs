//! The signature that comes with a completed order: an XML signature over what the person saw.
//!
//! The documents are written in canonical form at once, so their digests are those of their own bytes. It does not
//! verify and does not know about certificates beyond carrying them.

use std::io;

use aws_lc_rs::digest;
use data_encoding::BASE64;
use rcgen::{KeyPair, SigningKey};

use super::order::Ask;
use crate::random;

const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";
const BANKID: &str = "http://www.bankid.com/signature/v1.0.0/types";
const CANONICAL: &str = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315";
const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";
const SHA256: &str = "http://www.w3.org/2001/04/xmlenc#sha256";

/// The signature document and, apart, the raw signature value in it.
pub(crate) fn xml_signature(ask: &Ask, chain: &[&[u8]], key: &KeyPair) -> io::Result<(String, Vec<u8>)> {
    let data = signed_data(ask)?;
    let certificates = chain.iter().fold(String::new(), |xml, der| {
        format!("{xml}<X509Certificate>{}</X509Certificate>", BASE64.encode(der))
    });
    let key_info =
        format!("<KeyInfo xmlns=\"{DSIG}\" Id=\"bidKeyInfo\"><X509Data>{certificates}</X509Data></KeyInfo>");
    let signed_info = format!(
        "<SignedInfo xmlns=\"{DSIG}\"><CanonicalizationMethod Algorithm=\"{CANONICAL}\"></CanonicalizationMethod>\
         <SignatureMethod Algorithm=\"{RSA_SHA256}\"></SignatureMethod>{}{}</SignedInfo>",
        reference(&format!("Type=\"{BANKID}\" "), "bidSignedData", &data),
        reference("", "bidKeyInfo", &key_info),
    );
    let signature = key.sign(signed_info.as_bytes()).map_err(io::Error::other)?;
    let document = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"no\"?><Signature xmlns=\"{DSIG}\">{signed_info}\
         <SignatureValue>{}</SignatureValue>{key_info}<Object>{data}</Object></Signature>",
        BASE64.encode(&signature),
    );
    Ok((document, signature))
}

fn signed_data(ask: &Ask) -> io::Result<String> {
    let nonce: [u8; 20] = random::bytes().map_err(io::Error::other)?;
    let visible = ask.visible.as_ref().map_or_else(String::new, |text| {
        let text = BASE64.encode(text.as_bytes());
        format!("<usrVisibleData charset=\"UTF-8\" visible=\"wysiwys\">{text}</usrVisibleData>")
    });
    let hidden = ask
        .hidden
        .as_ref()
        .map_or_else(String::new, |data| format!("<usrNonVisibleData>{data}</usrNonVisibleData>"));
    let function = if ask.kind.is_signing() { "Signing" } else { "Identification" };
    Ok(format!(
        "<bankIdSignedData xmlns=\"{BANKID}\" Id=\"bidSignedData\">{visible}{hidden}\
         <srvInfo><name>{}</name><nonce>{}</nonce><displayName>{}</displayName></srvInfo>\
         <clientInfo><funcId>{function}</funcId><version>{}</version></clientInfo></bankIdSignedData>",
        BASE64.encode(b"cn=Simulated relying party"),
        BASE64.encode(&nonce),
        BASE64.encode(b"Simulated relying party"),
        BASE64.encode(b"simulator"),
    ))
}

fn reference(kind: &str, id: &str, target: &str) -> String {
    let digest = digest::digest(&digest::SHA256, target.as_bytes());
    format!(
        "<Reference {kind}URI=\"#{id}\"><Transforms><Transform Algorithm=\"{CANONICAL}\"></Transform></Transforms>\
         <DigestMethod Algorithm=\"{SHA256}\"></DigestMethod><DigestValue>{}</DigestValue></Reference>",
        BASE64.encode(digest.as_ref()),
    )
}
