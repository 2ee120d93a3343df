//! The shifted coordinates of Chinese web maps, GCJ-02 and BD-09, and the way back.
