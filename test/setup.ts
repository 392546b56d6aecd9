import fc from "fast-check";

// One seed, so that a run of the tests tells of the change and not of luck: a random graph may sit on a singularity, where
// a law of finite numbers does not hold. FC_SEED=… looks elsewhere.
fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 20_261_123) });
