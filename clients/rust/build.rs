use std::{env, fs, path::Path};

/// Makes the client of the document that `COTANGENT_OPENAPI` names.
fn main() {
    let document = env::var("COTANGENT_OPENAPI").unwrap();
    println!("cargo:rerun-if-changed={document}");
    println!("cargo:rerun-if-env-changed=COTANGENT_OPENAPI");
    let spec = serde_yaml::from_str(&fs::read_to_string(document).unwrap()).unwrap();
    let tokens = progenitor::Generator::default().generate_tokens(&spec).unwrap();
    let code = prettyplease::unparse(&syn::parse2(tokens).unwrap());
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("cotangent.rs"), code).unwrap();
}
